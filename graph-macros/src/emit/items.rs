//! The functions a graph gives: its value, the items of the module beside it, and the methods of `Forward`.
//!
//! Invariant: every function of the module is listed in `items`, in the order of the documentation; a body that names
//! something of the user's surroundings stands there, and the module's item calls it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::module::{Emit, Expanded, Item, Module};
use super::slots::{Seen, nothing};
use super::target::{Leaf, Target, Values};
use super::uses::Fields;
use super::{almost_quiet, docs, inputs_docs, mentioned, one_or_tuple, picture, problem, quiet};
use crate::graph::{Dim, NodeId};
use crate::plan::picture::Drawn;
use crate::syntax::{Function, Role, text};
use crate::unit::{Input, Slot};

impl<'p, B: Target> Emit<'p, B> {
    /// Everything of a `fn`: the value function, the module of the same name, and the uses of names.
    pub(super) fn function(&self, broken: bool) -> Expanded {
        let value = self.plan.value.as_ref();
        let value = value.map(|body| self.value_function(body, broken));
        let module = match self.unit.is_value_only {
            true => self.module_of_value(),
            false => self.module(),
        };
        // Names of what is made of a function are the user's in that function alone.
        let is_own = self.function.role == Role::Own;
        let uses = is_own.then(|| self.names_used());
        Expanded {
            before: quote!(#value),
            behind: {
                let behind = module.behind;
                quote!(#behind #uses)
            },
            ..module
        }
    }

    /// An inline graph: a block whose value is what the forward pass computed.
    pub(super) fn block(&self) -> TokenStream {
        let (structs, methods) = (self.structs(), self.methods());
        let (picture, uses) = (self.inline_picture(), self.names_used());
        let items = quote!(#structs #methods #picture #uses);
        self.block_of(&items, &self.forward())
    }

    fn value_function(&self, body: &B, broken: bool) -> TokenStream {
        let Function {
            attributes,
            visibility,
            name,
            ..
        } = self.function;
        let seen = Seen::Outside;
        let outputs = B::fallible(self, &self.outputs_type(seen));
        let steps = B::complete(
            self,
            body,
            &self.input_leaves(),
            &outputs,
            &|values, body| B::ok(self, &self.outputs(values, &body.results()[0], seen)),
        );
        let (generics, params, checks) = (B::generics(self), self.params(seen), self.begin());
        let read = B::inputs_read(self, body).into_iter();
        let mentioned = mentioned(self.unit, read);
        let (docs, unused, unread) = (self.value_docs(), self.unused(), B::unread(self));
        let (formulas, inputs) = (docs::formulas(self.function), inputs_docs(self.function));
        let errors = B::errors_docs(INPUT_ERRORS);
        let is_made = self.function.role != Role::Own;
        let quiet = if broken || is_made {
            quiet()
        } else {
            almost_quiet()
        };
        let inline = B::inline(self);
        quote! {
            #docs #(#attributes)* #inputs #formulas #errors #quiet #inline
            #visibility fn #name #generics(#params) -> #outputs {
                #unread
                #unused
                #checks
                #mentioned
                #steps
            }
        }
    }

    /// What a function of the inputs begins with: structs taken apart, and checks.
    pub(super) fn begin(&self) -> TokenStream {
        let (opened, checks) = (self.opened(), B::checks(self));
        quote!(#opened #checks)
    }

    /// The module of a function of which nothing else is made but what it adds to a log density.
    fn module_of_value(&self) -> Expanded {
        let Function {
            visibility, name, ..
        } = self.function;
        let conditions = self.function.conditions();
        let problem::Parts { inside, beside } = B::problem(self);
        Expanded {
            name: name.clone(),
            conditions: quote!(#(#conditions)*),
            visibility: visibility.clone(),
            before: TokenStream::new(),
            module: quote!(mod #name { #inside }),
            attributes: quiet(),
            behind: beside,
        }
    }

    fn module(&self) -> Expanded {
        let [others, bodies] = B::others(self);
        let by_position = self.vjp_by_position();
        self.module_of(Module {
            structs: self.structs(),
            methods: self.methods(),
            items: self.items(),
            calls: B::calls(self),
            others: quote!(#by_position #others),
            bodies,
            problem: B::problem(self),
        })
    }

    fn items(&self) -> Vec<Item> {
        let plan = self.plan;
        let mut items = vec![self.forward()];
        let value_and_grad = plan.value_and_grad.as_ref();
        items.extend(
            value_and_grad
                .into_iter()
                .flat_map(|body| B::value_and_grad(self, body)),
        );
        items.extend(plan.jvp.as_ref().map(|body| self.jvp(body)));
        items.push(self.vjp());
        items.extend(B::further_items(self));
        items.extend(self.equation_items());
        items.extend(plan.hvp.as_ref().map(|body| self.hvp(body)));
        items.extend(plan.picture.as_ref().map(|picture| self.picture(picture)));
        items
    }

    /// A function of the inputs. `result` writes its type with the structs' prefix that it is given.
    pub(super) fn new_item(
        &self,
        name: &str,
        docs: &str,
        result: impl Fn(Seen) -> TokenStream,
        body: TokenStream,
    ) -> Item {
        let errors = B::errors_docs(INPUT_ERRORS);
        Item {
            docs: quote!(#[doc = #docs] #errors),
            inline: B::IS_INLINE.then(|| quote!(#[inline])),
            generics: B::generics(self),
            name: format_ident!("{name}"),
            params: self.params(self.bodies()),
            module_params: self.params(Seen::Inside),
            result: B::fallible(self, &result(self.bodies())),
            module_result: B::fallible(self, &result(Seen::Inside)),
            arguments: self.arguments(),
            body,
        }
    }

    // Types and leaves.

    pub(super) fn outputs_type(&self, seen: Seen) -> TokenStream {
        let slots = self.unit.results.iter();
        let types: Vec<_> = slots
            .map(|slot| {
                let shape = &self.unit.outputs[slot.leaves.start].shape;
                self.slot_owned(slot, shape, seen)
            })
            .collect();
        one_or_tuple(&types)
    }

    pub(super) fn input_leaves(&self) -> Vec<Leaf<'p>> {
        let inputs = self.unit.inputs.iter();
        let leaf = |input: &'p Input| Leaf {
            name: input.name.clone(),
            shape: &input.shape,
            of: None,
        };
        inputs.map(leaf).collect()
    }

    fn tangents(&self) -> Vec<Leaf<'p>> {
        self.tangents_of(self.active())
    }

    pub(super) fn tangents_of(&self, inputs: impl Iterator<Item = &'p Input>) -> Vec<Leaf<'p>> {
        let tangent = |input: &'p Input| Leaf {
            name: self.names.adjoint(&input.name),
            shape: &input.shape,
            of: Some(self.derivative_labels(&self.unit.params, &input.name, &input.label)),
        };
        inputs.map(tangent).collect()
    }

    pub(super) fn seeds(&self) -> Vec<Leaf<'p>> {
        let outputs = self.unit.outputs.iter();
        let seeds = outputs.map(|output| Leaf {
            name: self.names.adjoint(&output.name),
            shape: &output.shape,
            of: Some(self.derivative_labels(&self.unit.results, &output.name, &output.label)),
        });
        seeds.collect()
    }

    /// What the user calls a tangent or a seed, `d_net.first.w`, and what it is of.
    fn derivative_labels(&self, slots: &[Slot], name: &Ident, label: &str) -> [String; 2] {
        let adjoint = text(&self.names.adjoint(name));
        let slot = slots.iter().find(|slot| {
            let path = label.strip_prefix(&text(&slot.name));
            slot.record.is_some() && path.is_some_and(|path| path.starts_with(['.', '[']))
        });
        let own = slot.map(|slot| {
            let path = &label[text(&slot.name).len()..];
            text(&self.names.slot_adjoint(&slot.name)) + path
        });
        [own.unwrap_or(adjoint), label.to_owned()]
    }

    /// The seeds as parameters.
    pub(super) fn seed_params(&self, seen: Seen) -> (Vec<Ident>, Vec<TokenStream>, TokenStream) {
        let slots: Vec<&Slot> = self.unit.results.iter().collect();
        self.leaf_params(&slots, &self.seeds(), seen)
    }

    // Results.

    pub(super) fn outputs(&self, values: &dyn Values, group: &[NodeId], seen: Seen) -> TokenStream {
        let outputs = self.unit.outputs.iter();
        let shapes: Vec<&[Dim]> = outputs.map(|output| &*output.shape).collect();
        let values = values.packed(group, &shapes);
        one_or_tuple(&self.slot_values(&self.unit.results, &values, &shapes, seen))
    }

    pub(super) fn gradient(&self, values: &dyn Values, group: &[NodeId]) -> TokenStream {
        let shapes: Vec<&[Dim]> = self.active().map(|input| &*input.shape).collect();
        let seen = self.bodies();
        let (prefix, values) = (self.prefix(), values.packed(group, &shapes));
        let core = self.core();
        let values = self.active_values(values, &|input| nothing(input, &core), seen);
        let names = self.active_slots().map(|slot| &slot.name);
        quote!(#prefix Grad { #(#names: #values),* })
    }

    // Functions.

    fn forward(&self) -> Item {
        let (prefix, arguments) = (self.prefix(), B::struct_arguments());
        let definitions = self
            .unit
            .definitions
            .iter()
            .filter(|found| B::is_field(found));
        let shapes: Vec<&[Dim]> = definitions.map(|definition| &*definition.shape).collect();
        let seen = self.bodies();
        let (slots, result) = (self.field_slots(), |seen: Seen| {
            let prefix = self.prefix_at(seen);
            quote!(#prefix Forward #arguments)
        });
        let names = slots.iter().map(|slot| &slot.name);
        let (body, leaves) = (&self.plan.forward, self.input_leaves());
        let (saved, fields) = (B::saved(self), self.field_results());
        let names: Vec<_> = names.collect();
        let steps = B::complete(self, body, &leaves, &result(seen), &|values, _| {
            // What is kept beside the definitions is taken first where it is only looked at.
            let kept: Vec<_> = self.plan.saved.iter().map(|id| values.kept(*id)).collect();
            let values = values.packed(&fields, &shapes);
            let values = self.slot_values(&slots, &values, &shapes, seen);
            let (inputs, further) = (self.kept_values(), B::further_values(self));
            B::ok(
                self,
                &quote! {
                    #prefix Forward { #(#saved: #kept,)* #(#names: #values,)* #inputs #further }
                },
            )
        });
        let checks = self.begin();
        let item = self.new_item(
            "forward",
            "The forward pass: every definition, and what the backward pass needs.",
            result,
            quote!(#checks #steps),
        );
        Item {
            inline: B::inline(self),
            ..item
        }
    }

    /// The definitions that are fields, whose leaves are counted among those.
    pub(super) fn field_slots(&self) -> Vec<Slot> {
        let definitions = &self.unit.definitions;
        let mut first = 0;
        let slots =
            self.unit.fields.iter().filter(|slot| {
                slot.record.is_some() || B::is_field(&definitions[slot.leaves.start])
            });
        let counted = slots.map(|slot| {
            let leaves = first..first + slot.leaves.len();
            first = leaves.end;
            Slot {
                leaves,
                ..slot.clone()
            }
        });
        counted.collect()
    }

    /// The results of the forward pass that are fields.
    pub(super) fn field_results(&self) -> Vec<NodeId> {
        let mut rest = &self.plan.forward.results()[0][..];
        let mut fields = Vec::new();
        for definition in &self.unit.definitions {
            let (own, later) = rest.split_at(definition.nodes.len());
            rest = later;
            if B::is_field(definition) {
                fields.extend(own);
            }
        }
        fields
    }

    fn vjp(&self) -> Item {
        let seen = self.bodies();
        let (seeds, types, _) = self.seed_params(seen);
        let arguments = self.arguments();
        let [forward, value, grad] =
            ["forward", "value", "grad"].map(|name| self.names.local(name));
        let adjoints = |seen| {
            let types = self.active_slots().map(|slot| {
                let shape = &self.unit.inputs[slot.leaves.start].shape;
                self.slot_owned(slot, shape, seen)
            });
            B::fallible(self, &one_or_tuple(&types.collect::<Vec<_>>()))
        };
        let fields = self.active_slots().map(|slot| {
            let name = &slot.name;
            quote!(#grad.#name)
        });
        let fields: Vec<_> = fields.collect();
        let fields = B::ok(self, &one_or_tuple(&fields));
        let values = self.unit.results.iter().map(|slot| {
            let name = &slot.name;
            let field = quote!(#forward.#name);
            match &slot.record {
                Some(_) if B::IS_SMALL => field,
                Some(_) => {
                    let core = self.core();
                    quote!(#core::clone::Clone::clone(&#field))
                }
                None => B::looked_at(self, &field, &self.unit.outputs[slot.leaves.start].shape),
            }
        });
        let values = one_or_tuple(&values.collect::<Vec<_>>());
        let (code, core) = (self.code_path("forward"), self.core());
        let passed = B::given(quote!(#code(#arguments)));
        let pulled = B::given(quote!(#forward.backward(#(#seeds),*)));
        let result = B::ok(
            self,
            &self.with_pullback(
                &value,
                &quote!(move |#(#seeds: #types),*| { let #grad = #pulled; #fields }),
            ),
        );
        let item = self.new_item(
            "vjp",
            "The outputs and the pullback, by position: seeds in, adjoints of the inputs out.",
            |seen| {
                let (outputs, adjoints) = (self.outputs_type(seen), adjoints(seen));
                let (_, types, _) = self.seed_params(seen);
                quote!((#outputs, impl #core::ops::Fn(#(#types),*) -> #adjoints))
            },
            quote! {
                let #forward = #passed;
                let #value = #values;
                #result
            },
        );
        Item {
            inline: B::inline(self),
            ..item
        }
    }

    /// A value and a pullback, which becomes part of what calls it wherever the rest of the graph does.
    fn with_pullback(&self, value: &impl ToTokens, pull: &TokenStream) -> TokenStream {
        match B::inline(self) {
            Some(inline) => {
                let rt = self.rt();
                quote!((#value, #rt::pullback(#inline #pull)))
            }
            None => quote!((#value, #pull)),
        }
    }

    /// The pullback with a place for every input, as calls from other graphs want it.
    fn vjp_by_position(&self) -> TokenStream {
        let inputs = &self.unit.inputs;
        if self.unit.params.iter().all(|slot| slot.is_active(inputs)) {
            return quote!(
                #[doc(hidden)]
                pub use self::vjp as __vjp;
            );
        }
        let seen = Seen::Inside;
        let (seeds, types, _) = self.seed_params(seen);
        let (generics, params, arguments) =
            (B::generics(self), self.params(seen), self.arguments());
        let (core, outputs) = (self.core(), self.outputs_type(seen));
        let [adjoints, found, placed] = self.by_position(seen);
        let (adjoints, placed) = (B::fallible(self, &adjoints), B::ok(self, &placed));
        let result = B::fallible(
            self,
            &quote!((#outputs, impl #core::ops::Fn(#(#types),*) -> #adjoints)),
        );
        let (both, pulled) = (
            B::given(quote!(vjp(#arguments))),
            B::given(quote!(pull(#(#seeds),*))),
        );
        let value = B::ok(
            self,
            &self.with_pullback(
                &quote!(value),
                &quote!(move |#(#seeds: #types),*| { let #found = #pulled; #placed }),
            ),
        );
        let inline = B::inline(self);
        quote! {
            #[doc(hidden)]
            #inline
            pub fn __vjp #generics(#params) -> #result {
                let (value, pull) = #both;
                #value
            }
        }
    }

    fn jvp(&self, body: &B) -> Item {
        let bodies = self.bodies();
        self.along_tangents(
            "jvp",
            "The outputs and their change along a direction: forward mode.",
            |seen| {
                let outputs = self.outputs_type(seen);
                quote!((#outputs, #outputs))
            },
            body,
            |values, results| {
                let [value, tangent] =
                    [0, 1].map(|group| self.outputs(values, &results[group], bodies));
                quote!((#value, #tangent))
            },
        )
    }

    fn hvp(&self, body: &B) -> Item {
        self.along_tangents(
            "hvp",
            "The value, its gradient, and the matrix of second derivatives times a direction, without the matrix.",
            |seen| {
                let prefix = self.prefix_at(seen);
                quote!((T, #prefix Grad<T>, #prefix Grad<T>))
            },
            body,
            |values, results| {
                let value = number(values, &results[0]);
                let [gradient, product] = [1, 2].map(|group| self.gradient(values, &results[group]));
                quote!((#value, #gradient, #product))
            },
        )
    }

    /// An item that takes a direction behind the inputs.
    fn along_tangents(
        &self,
        name: &str,
        docs: &str,
        result: impl Fn(Seen) -> TokenStream,
        body: &B,
        make: impl Fn(&dyn Values, &[Vec<NodeId>]) -> TokenStream,
    ) -> Item {
        let slots: Vec<&Slot> = self.active_slots().collect();
        self.behind_inputs((name, docs), (&slots, &self.tangents()), result, body, make)
    }

    /// An item that takes tangents or seeds of these slots behind the inputs.
    pub(super) fn behind_inputs(
        &self,
        (name, docs): (&str, &str),
        (slots, taken): (&[&Slot], &[Leaf<'p>]),
        result: impl Fn(Seen) -> TokenStream,
        body: &B,
        make: impl Fn(&dyn Values, &[Vec<NodeId>]) -> TokenStream,
    ) -> Item {
        let bodies = self.bodies();
        let (names, types, opened) = self.leaf_params(slots, taken, bodies);
        let (_, module_types, _) = self.leaf_params(slots, taken, Seen::Inside);
        let mut leaves = self.input_leaves();
        leaves.extend(taken.iter().cloned());
        let given = B::fallible(self, &result(bodies));
        let steps = B::complete(self, body, &leaves, &given, &|values, body| {
            B::ok(self, &make(values, body.results()))
        });
        let (checks, own_checks) = (self.begin(), B::derivative_checks(self, taken));
        self.new_item(
            name,
            docs,
            result,
            quote!(#checks #opened #own_checks #steps),
        )
        .takes(
            &quote!(#(#names: #types),*),
            &quote!(#(#names: #module_types),*),
            &quote!(#(#names),*),
        )
    }

    // Methods of `Forward`.

    /// `impl Forward { fn backward }`, and `jvp` for inline graphs.
    fn methods(&self) -> TokenStream {
        let (seeds, body) = (self.seeds(), &self.plan.backward);
        let (names, types, opened) = self.seed_params(self.bodies());
        let leaves = self.behind_fields(0, &seeds);
        let steps = B::method(self, body, &leaves, &|values, body| {
            B::ok(self, &self.gradient(values, &body.results()[0]))
        });
        let jvp = self.plan.jvp.as_ref().filter(|_| self.is_inline);
        let jvp = jvp.map(|body| self.inline_jvp(body));
        let (generics, prefix, arguments) =
            (B::generics(self), self.prefix(), B::struct_arguments());
        let gradient = B::fallible(self, &quote!(#prefix Grad<T>));
        let (loads, checks) = (B::loads(self), B::derivative_checks(self, &seeds));
        let errors = B::errors_docs("Where a seed does not have the shape of its output.");
        let inline = B::inline(self);
        let further = B::further_methods(self);
        let quiet = self.is_inline.then(quiet);
        quote! {
            #quiet
            impl #generics #prefix Forward #arguments {
                /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
                #errors
                #inline
                pub fn backward(&self, #(#names: #types),*) -> #gradient { #opened #loads #checks #steps }
                #jvp
                #further
            }
        }
    }

    /// Forward mode from what was saved: the tangents of the outputs.
    fn inline_jvp(&self, body: &B) -> TokenStream {
        let seen = self.bodies();
        let (tangents, outputs) = (self.tangents(), B::fallible(self, &self.outputs_type(seen)));
        let slots: Vec<&Slot> = self.active_slots().collect();
        let (names, types, _) = self.leaf_params(&slots, &tangents, seen);
        // Seeds come first in the numbering of the leaves.
        let leaves = self.behind_fields(self.unit.outputs.len(), &tangents);
        let steps = B::method(self, body, &leaves, &|values, body| {
            B::ok(self, &self.outputs(values, &body.results()[0], seen))
        });
        let (loads, checks) = (B::loads(self), B::derivative_checks(self, &tangents));
        let errors = B::errors_docs("Where a tangent does not have the shape of its input.");
        let inline = B::IS_INLINE.then(|| quote!(#[inline]));
        quote! {
            /// The change of the outputs along a direction: forward mode.
            #errors
            #inline
            pub fn jvp(&self, #(#names: #types),*) -> #outputs { #loads #checks #steps }
        }
    }

    // Pictures.

    fn picture(&self, picture: &Drawn<B>) -> Item {
        let (names, types, opened) = self.seed_params(self.bodies());
        let (_, module_types, _) = self.seed_params(Seen::Inside);
        let (runtime, checks, body) = (self.runtime, self.begin(), self.drawn(picture));
        let result = |_: Seen| quote!(#runtime::picture::Picture);
        let errors = B::errors_docs(PICTURE_ERRORS);
        let docs = picture::DOCS;
        let item = Item {
            docs: quote!(#[doc = #docs] #errors),
            inline: None,
            generics: B::picture_generics(self),
            ..self.new_item("picture", docs, result, quote!(#checks #opened #body))
        };
        item.takes(
            &quote!(#(#names: #types),*),
            &quote!(#(#names: #module_types),*),
            &quote!(#(#names),*),
        )
    }

    /// The method of an inline graph's `Forward`, which computes everything again from the inputs.
    fn inline_picture(&self) -> TokenStream {
        let Some(picture) = &self.plan.picture else {
            return TokenStream::new();
        };
        let (names, types, _) = self.seed_params(self.bodies());
        let (runtime, quiet, body) = (self.runtime, quiet(), self.drawn(picture));
        let (generics, arguments) = (B::picture_generics(self), B::struct_arguments());
        let result = B::fallible(self, &quote!(#runtime::picture::Picture));
        let (inputs, loads) = (self.kept_loads(), B::loads(self));
        let (docs, errors) = (picture::DOCS, B::errors_docs(PICTURE_ERRORS));
        quote! {
            #quiet
            impl #generics Forward #arguments {
                #[doc = #docs] #errors
                pub fn picture(&self, #(#names: #types),*) -> #result { #inputs #loads #body }
            }
        }
    }

    fn drawn(&self, picture: &Drawn<B>) -> TokenStream {
        let (runtime, seeds) = (self.runtime, self.seeds());
        let checks = B::derivative_checks(self, &seeds);
        let mut leaves = self.input_leaves();
        leaves.extend(seeds);
        let result = B::fallible(self, &quote!(#runtime::picture::Picture));
        let steps = B::complete(self, &picture.body, &leaves, &result, &|values, _| {
            B::ok(self, &B::drawing(self, picture, values))
        });
        quote!(#checks #steps)
    }

    /// Every use of a name, for editors.
    fn names_used(&self) -> TokenStream {
        let (place, arguments) = (self.structs_place(), B::struct_arguments());
        let active = B::derived_structs(self).iter().map(|name| {
            let name = format_ident!("{name}");
            quote!(#place #name<T>)
        });
        let has_constants = self.unit.inputs.iter().any(|input| !input.active());
        let fields = Fields {
            generics: B::generics(self),
            arguments: arguments.clone(),
            forward: quote!(#place Forward #arguments),
            active: active.collect(),
            problem: (!self.is_inline && has_constants).then(|| quote!(#place Problem #arguments)),
        };
        self.uses(&fields, B::is_field)
    }
}

/// The value of a graph of one number. Beside an error there may be further outputs.
pub(super) fn number(values: &dyn Values, group: &[NodeId]) -> TokenStream {
    values.packed(group, &[&[]]).remove(0)
}

const INPUT_ERRORS: &str =
    "Where an input does not have its declared shape, or a label is out of range.";
const PICTURE_ERRORS: &str =
    "Where an input or a seed does not have its declared shape, or a label is out of range.";
