//! Functions over numbers and small arrays: plain values in, plain values out, no allocation.
//!
//! Invariant: bodies that mention the user's surroundings (a `{ constant }`, a call of another graph) stand where the
//! user wrote them, and the module `f` only hands on to them, since paths inside a module would mean something else.

mod batch;
mod picture;
mod second;

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use super::code::Code;
use super::names::{Names, adjoint, private};
use super::{
    almost_quiet, array_type, calls, conditions, default_docs, nested, one_or_tuple, problem,
    quiet, signature,
};
use crate::graph::{Dim, InputId, Kind, NodeId};
use crate::lower::{Input, Unit};
use crate::plan::{self, Body, Plan};
use crate::syntax::{Function, text};

/// Everything of a `fn`: the value function and the module of the same name.
///
/// Where the graph is `broken`, its lints say nothing beside the errors.
pub fn function(
    function: &Function,
    unit: &Unit,
    plan: &Plan,
    runtime: &TokenStream,
    broken: bool,
) -> TokenStream {
    let emit = Emit::new(function, unit, plan, runtime, false);
    let (value, module) = (emit.value_function(broken), emit.module());
    quote!(#value #module)
}

/// An inline graph: a block whose value is what the forward pass computed.
pub fn inline(function: &Function, unit: &Unit, plan: &Plan, runtime: &TokenStream) -> TokenStream {
    Emit::new(function, unit, plan, runtime, true).block()
}

struct Emit<'p> {
    function: &'p Function,
    unit: &'p Unit,
    plan: &'p Plan,
    runtime: &'p TokenStream,
    names: Names,
    is_inline: bool,
    /// Constants of the surroundings, which an inline graph's functions take as arguments.
    rust: Vec<Ident>,
    /// Whether bodies must stand in the user's scope.
    outside: bool,
}

/// A function's head and body.
struct Item {
    docs: &'static str,
    name: Ident,
    params: TokenStream,
    arguments: TokenStream,
    /// The result's type where the body stands, and in the module.
    result: TokenStream,
    module_result: TokenStream,
    body: TokenStream,
}

impl<'p> Emit<'p> {
    fn new(
        function: &'p Function,
        unit: &'p Unit,
        plan: &'p Plan,
        runtime: &'p TokenStream,
        is_inline: bool,
    ) -> Emit<'p> {
        let mut names = Names::new(unit);
        let graph = &unit.graph;
        let rust = match is_inline {
            true => (0..graph.rust.len())
                .map(|at| names.fresh(&format!("c{}", at + 1)))
                .collect(),
            false => Vec::new(),
        };
        let outside = !is_inline && super::mentions_surroundings(graph);
        Emit {
            function,
            unit,
            plan,
            runtime,
            names,
            is_inline,
            rust,
            outside,
        }
    }

    // Types.

    fn type_of(&self, shape: &[Dim]) -> TokenStream {
        array_type(shape, &quote!(T))
    }

    /// The module's name and `::` where bodies stand outside of it.
    fn prefix(&self) -> TokenStream {
        let module = super::module_name(self.function);
        if self.outside {
            quote!(#module::)
        } else {
            TokenStream::new()
        }
    }

    /// What stands before the functions that make calls.
    fn calls_prefix(&self) -> TokenStream {
        let module = super::module_name(self.function);
        match self.is_inline {
            true => TokenStream::new(),
            false => quote!(#module::Code::),
        }
    }

    fn active(&self) -> impl Iterator<Item = &'p Input> {
        plan::active(self.unit)
    }

    fn generics(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(<T: #runtime::Real>)
    }

    fn params(&self) -> TokenStream {
        let params = self.unit.inputs.iter().map(|input| {
            let (name, of) = (&input.name, self.type_of(&input.shape));
            quote!(#name: #of)
        });
        let core = self.core();
        let rust = self
            .rust
            .iter()
            .map(|name| quote!(#name: #core::primitive::f64));
        quote!(#(#params,)* #(#rust,)*)
    }

    fn arguments(&self) -> TokenStream {
        let (names, rust) = (self.unit.inputs.iter().map(|input| &input.name), &self.rust);
        quote!(#(#names,)* #(#rust,)*)
    }

    fn core(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(#runtime::__private::core)
    }

    fn outputs_type(&self) -> TokenStream {
        let types: Vec<_> = self
            .unit
            .outputs
            .iter()
            .map(|output| self.type_of(&output.shape))
            .collect();
        one_or_tuple(&types)
    }

    // Bodies.

    /// The code of a body: fields of `Forward` and entries of arrays taken out, then one line a step.
    fn code<'b>(
        &'b self,
        body: &'b Body,
        leaves: &[(Ident, &[Dim])],
        fields: &[(NodeId, TokenStream)],
    ) -> (Code<'b>, TokenStream) {
        let index = plan::leaf_index(&body.graph);
        let read = reads(body);
        let loaded: Vec<_> = fields.iter().filter(|(id, _)| read.contains(id)).collect();
        let mut nodes: Vec<NodeId> = index
            .values()
            .copied()
            .filter(|id| read.contains(id))
            .collect();
        nodes.extend(
            loaded
                .iter()
                .map(|(id, _)| *id)
                .chain(body.steps.iter().copied()),
        );
        nodes.sort_unstable();
        nodes.dedup();
        let params: Vec<&Ident> = leaves.iter().map(|(name, _)| name).collect();
        let mut names = self.names.of_nodes_beside(&params, &body.graph, nodes);
        let mut prologue = TokenStream::new();
        let mut seen = HashSet::new();
        for (id, field) in loaded {
            if seen.insert(*id) {
                let name = &names[id];
                prologue.extend(quote!(let #name = #field;));
            }
        }
        for (at, (name, shape)) in leaves.iter().enumerate() {
            let count: usize = shape.iter().filter_map(Dim::size).product();
            let entry = |element| {
                index
                    .get(&(InputId(at), element))
                    .filter(|id| read.contains(id) && !seen.contains(id))
            };
            if shape.is_empty() {
                if let Some(id) = entry(0) {
                    names.insert(*id, name.clone());
                }
            } else if (0..count).any(|element| entry(element).is_some()) {
                let part = |id: &NodeId| {
                    let name = &names[id];
                    quote!(#name)
                };
                let entries: Vec<_> = (0..count)
                    .map(|element| entry(element).map_or_else(|| quote!(_), part))
                    .collect();
                let pattern = nested(shape, &entries);
                prologue.extend(quote!(let #pattern = #name;));
            }
        }
        let rust = self.is_inline.then(|| self.rust.clone());
        let code = Code {
            graph: &body.graph,
            names,
            runtime: self.runtime,
            number: quote!(T),
            sizes: HashMap::new(),
            calls: self.calls_prefix(),
            rust,
        };
        let test = body.guard.as_ref().map_or(0, |guard| guard.steps);
        let steps = body.steps.iter().map(|id| code.step(*id, &body.steps));
        let mut steps: Vec<TokenStream> = steps.collect();
        if let Some(guard) = &body.guard {
            steps.insert(test, self.guard(&code.names[&guard.holds], leaves));
        }
        (code, quote!(#prologue #(#steps)*))
    }

    /// Hands over to the careful version where a condition does not hold.
    fn guard(&self, holds: &Ident, leaves: &[(Ident, &[Dim])]) -> TokenStream {
        let (runtime, names) = (self.runtime, leaves.iter().map(|(name, _)| name));
        quote! {
            if #runtime::Mask::any(!#holds) {
                return __carefully(#(#names),*);
            }
        }
    }

    /// A function's whole body: its careful version if there is one, the steps, and the value `make` puts together.
    fn complete(
        &self,
        body: &Body,
        leaves: &[(Ident, &[Dim])],
        result: &TokenStream,
        make: &dyn Fn(&Code, &Body) -> TokenStream,
    ) -> TokenStream {
        let (code, steps) = self.code(body, leaves, &[]);
        let value = make(&code, body);
        let careful = body.guard.as_ref().map(|guard| {
            let generics = self.generics();
            let inner = self.complete(&guard.otherwise, leaves, result, make);
            let params = leaves.iter().map(|(name, shape)| {
                let of = self.type_of(shape);
                quote!(#name: #of)
            });
            quote! {
                // With a guard at every slope that can be infinite or undefined.
                #[cold]
                #[inline(never)]
                fn __carefully #generics(#(#params),*) -> #result { #inner }
            }
        });
        quote!(#careful #steps #value)
    }

    fn input_leaves(&self) -> Vec<(Ident, &[Dim])> {
        self.unit
            .inputs
            .iter()
            .map(|input| (input.name.clone(), &*input.shape))
            .collect()
    }

    /// The outputs of a result group, each packed into its array.
    fn packed(&self, code: &Code, group: &[NodeId]) -> Vec<TokenStream> {
        let shapes = self.unit.outputs.iter().map(|output| &*output.shape);
        pack(code, group, shapes)
    }

    fn gradient(&self, code: &Code, group: &[NodeId]) -> TokenStream {
        let values = pack(code, group, self.active().map(|input| &*input.shape));
        let names = self.active().map(|input| &input.name);
        let prefix = self.prefix();
        quote!(#prefix Grad { #(#names: #values),* })
    }

    // Functions.

    fn value_function(&self, broken: bool) -> TokenStream {
        let Function {
            attributes,
            visibility,
            name,
            ..
        } = self.function;
        let (code, steps) = self.code(&self.plan.value, &self.input_leaves(), &[]);
        let result = one_or_tuple(&self.packed(&code, &self.plan.value.results[0]));
        let (generics, params, outputs) = (self.generics(), self.params(), self.outputs_type());
        let mentioned =
            super::mentioned(self.unit, &self.plan.value.graph, &reads(&self.plan.value));
        let unused = self
            .unit
            .definitions
            .iter()
            .filter(|definition| !definition.used)
            .map(|definition| {
                let name = &definition.name;
                quote!(let #name = ();)
            });
        let docs = default_docs(
            self.function,
            &format!(
                "The value of the graph `{}`.",
                signature(self.function, self.unit)
            ),
        );
        let quiet = if broken { quiet() } else { almost_quiet() };
        quote! {
            #docs #(#attributes)* #quiet
            #[inline]
            #visibility fn #name #generics(#params) -> #outputs {
                #(#unused)*
                #mentioned
                #steps
                #result
            }
        }
    }

    fn module(&self) -> TokenStream {
        let Function {
            visibility, name, ..
        } = self.function;
        let (structs, quiet) = (self.structs(), quiet());
        let conditions: Vec<_> = conditions(self.function).collect();
        let (items, methods) = (self.items(), self.methods());
        let here: Vec<_> = items.iter().map(|item| self.module_item(item)).collect();
        let vjp_by_position = self.vjp_by_position();
        let (picture, picture_outside) = self.picture();
        let calls = calls::functions(self.unit, self.runtime, None);
        let alias = super::module_alias(self.function);
        let run_batch = self.plan.batch.as_ref().map(|body| self.run_batch(body));
        let batch = run_batch.as_ref().map(|_| self.batch_functions());
        let (run_outside, run_inside) = match self.outside {
            true => (run_batch, None),
            false => (None, run_batch),
        };
        let outside = self.outside.then(|| {
            let bodies = items
                .iter()
                .map(|item| self.item(item, &TokenStream::new(), &item.result, &item.body));
            quote! {
                #(#conditions)* #quiet
                impl #name::Code { #calls #(#bodies)* #run_outside }
                #(#conditions)* #quiet
                #methods
            }
        });
        let inside = (!self.outside).then_some(&methods);
        let code = self.outside.then(|| {
            quote!(
                #[doc(hidden)]
                pub enum Code {}
            )
        });
        let docs = format!(
            "Derivatives of [`{}`](fn@{}).",
            signature(self.function, self.unit),
            text(name)
        );
        let count: usize = self.active().map(|input| input.nodes.len()).sum();
        let count = Literal::usize_unsuffixed(count);
        let core = self.core();
        // A constant and a variable cannot have one name, and the user's comes first.
        let count = (!self.names.is_users("N")).then(|| {
            quote! {
                /// How many numbers the gradient has.
                pub const N: #core::primitive::usize = #count;
            }
        });
        let problem = problem::numbers(self.function, self.unit, self.runtime);
        let (problem, bridge) = (problem.inside, problem.beside);
        quote! {
            #(#conditions)* #[doc = #docs] #quiet
            #visibility mod #name {
                #structs #count
                #inside #code #(#here)* #vjp_by_position #run_inside #batch
                #problem #picture
            }
            #outside #picture_outside
            #alias
            #bridge
        }
    }

    /// The function as the module shows it: itself, or handing on to the body outside.
    fn module_item(&self, item: &Item) -> TokenStream {
        let (name, arguments) = (&item.name, &item.arguments);
        let body = if self.outside {
            quote!(Code::#name(#arguments))
        } else {
            item.body.clone()
        };
        self.item(item, &quote!(pub), &item.module_result, &body)
    }

    fn item(
        &self,
        item: &Item,
        visibility: &TokenStream,
        result: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let Item {
            docs, name, params, ..
        } = item;
        let (generics, quiet) = (self.generics(), self.is_inline.then(quiet));
        quote! {
            #[doc = #docs] #quiet
            #[inline]
            #visibility fn #name #generics(#params) -> #result { #body }
        }
    }

    fn items(&self) -> Vec<Item> {
        let mut items = vec![self.forward(), self.vjp()];
        items.extend(
            self.plan
                .value_and_grad
                .as_ref()
                .map(|body| self.value_and_grad(body)),
        );
        items.extend(self.plan.jvp.as_ref().map(|body| self.jvp(body)));
        items.extend(self.plan.jacobian.as_ref().map(|body| self.jacobian(body)));
        if let Some(second) = &self.plan.second {
            items.extend([self.hessian(&second.hessian), self.hvp(&second.hvp)]);
        }
        items
    }

    /// `result` writes the type with the structs' prefix it is given.
    fn new_item(
        &self,
        name: &str,
        docs: &'static str,
        result: impl Fn(&TokenStream) -> TokenStream,
        body: TokenStream,
    ) -> Item {
        Item {
            docs,
            name: format_ident!("{name}"),
            params: self.params(),
            arguments: self.arguments(),
            result: result(&self.prefix()),
            module_result: result(&TokenStream::new()),
            body,
        }
    }

    fn forward(&self) -> Item {
        let body = &self.plan.forward;
        let (code, steps) = self.code(body, &self.input_leaves(), &[]);
        let shapes = self
            .unit
            .definitions
            .iter()
            .map(|definition| &*definition.shape);
        let values = pack(&code, &body.results[0], shapes);
        let names = self
            .unit
            .definitions
            .iter()
            .map(|definition| &definition.name);
        let saved = self.saved();
        let kept = self.plan.saved.iter().map(|id| code.value(*id));
        let (prefix, inputs) = (self.prefix(), self.kept_values());
        self.new_item(
            "forward",
            "The forward pass: every definition, and what the backward pass needs.",
            |prefix| quote!(#prefix Forward<T>),
            quote!(#steps #prefix Forward { #(#names: #values,)* #(#saved: #kept,)* #inputs }),
        )
    }

    /// The private fields of `Forward`, named after what they hold.
    fn saved(&self) -> Vec<Ident> {
        let graph = &self.plan.forward.graph;
        let names = self.names.of_nodes(
            graph,
            self.plan
                .saved
                .iter()
                .copied()
                .chain(self.plan.forward.steps.iter().copied()),
        );
        let saved = self.plan.saved.iter();
        saved.map(|id| private(&names[id])).collect()
    }

    fn value_and_grad(&self, body: &Body) -> Item {
        let outputs = self.outputs_type();
        let result = |prefix: &TokenStream| quote!((#outputs, #prefix Grad<T>));
        let body = self.complete(
            body,
            &self.input_leaves(),
            &result(&self.prefix()),
            &|code, body| {
                let value = one_or_tuple(&self.packed(code, &body.results[0]));
                let gradient = self.gradient(code, &body.results[1]);
                quote!((#value, #gradient))
            },
        );
        self.new_item(
            "value_and_grad",
            "The value and its gradient in one sweep.",
            result,
            body,
        )
    }

    fn jacobian(&self, body: &Body) -> Item {
        let outputs = self.outputs_type();
        let result = |prefix: &TokenStream| quote!((#outputs, #prefix Jacobian<T>));
        let body = self.complete(
            body,
            &self.input_leaves(),
            &result(&self.prefix()),
            &|code, body| {
                let value = one_or_tuple(&self.packed(code, &body.results[0]));
                let matrix = self.matrix(code, body);
                quote!((#value, #matrix))
            },
        );
        self.new_item(
            "jacobian",
            "The outputs and all their partial derivatives.",
            result,
            body,
        )
    }

    fn matrix(&self, code: &Code, body: &Body) -> TokenStream {
        let mut first = 0;
        let fields = self.active().map(|input| {
            let columns = first..first + input.nodes.len();
            first = columns.end;
            let rows = body.results[1..].iter().map(|row| {
                let entries = row[columns.clone()].iter().map(|id| code.value(*id));
                quote!([#(#entries),*])
            });
            let name = &input.name;
            quote!(#name: [#(#rows),*])
        });
        let prefix = self.prefix();
        quote!(#prefix Jacobian { #(#fields),* })
    }

    fn tangent_params(&self) -> (Vec<Ident>, TokenStream) {
        let names: Vec<Ident> = self.active().map(|input| adjoint(&input.name)).collect();
        let types = self.active().map(|input| self.type_of(&input.shape));
        let params = quote!(#(#names: #types),*);
        (names, params)
    }

    /// Leaves behind the inputs: their names, and the shapes they share with what they are derivatives of.
    fn derivative_leaves<'s>(
        &self,
        names: Vec<Ident>,
        shapes: impl Iterator<Item = &'s [Dim]>,
    ) -> Vec<(Ident, &'s [Dim])> {
        names.into_iter().zip(shapes).collect()
    }

    fn jvp(&self, body: &Body) -> Item {
        let (names, tangents) = self.tangent_params();
        let mut leaves = self.input_leaves();
        leaves.extend(
            self.derivative_leaves(names.clone(), self.active().map(|input| &*input.shape)),
        );
        let (code, steps) = self.code(body, &leaves, &[]);
        let value = one_or_tuple(&self.packed(&code, &body.results[0]));
        let tangent = one_or_tuple(&self.packed(&code, &body.results[1]));
        let outputs = self.outputs_type();
        let mut item = self.new_item(
            "jvp",
            "The outputs and their change along a direction: forward mode.",
            |_| quote!((#outputs, #outputs)),
            quote!(#steps (#value, #tangent)),
        );
        item.params.extend(tangents);
        item.arguments.extend(quote!(#(#names),*));
        item
    }

    fn seed_params(&self) -> (Vec<Ident>, Vec<TokenStream>) {
        let names = self
            .unit
            .outputs
            .iter()
            .map(|output| adjoint(&output.name))
            .collect();
        let types = self
            .unit
            .outputs
            .iter()
            .map(|output| self.type_of(&output.shape))
            .collect();
        (names, types)
    }

    fn vjp(&self) -> Item {
        let (seeds, types) = self.seed_params();
        let (outputs, arguments) = (self.outputs_type(), self.arguments());
        let gradients: Vec<_> = self
            .active()
            .map(|input| self.type_of(&input.shape))
            .collect();
        let fields: Vec<_> = self
            .active()
            .map(|input| {
                let name = &input.name;
                quote!(grad.#name)
            })
            .collect();
        let (gradients, fields) = (one_or_tuple(&gradients), one_or_tuple(&fields));
        let values: Vec<_> = self
            .unit
            .outputs
            .iter()
            .map(|output| {
                let name = &output.name;
                quote!(forward.#name)
            })
            .collect();
        let values = one_or_tuple(&values);
        let forward = if self.outside {
            let module = super::module_name(self.function);
            quote!(#module::Code::forward)
        } else {
            quote!(forward)
        };
        let core = self.core();
        self.new_item(
            "vjp",
            "The outputs and the pullback, by position: seeds in, adjoints of the inputs out.",
            |_| quote!((#outputs, impl #core::ops::Fn(#(#types),*) -> #gradients)),
            quote! {
                let forward = #forward(#arguments);
                (#values, move |#(#seeds: #types),*| {
                    let grad = forward.backward(#(#seeds),*);
                    #fields
                })
            },
        )
    }

    /// The pullback with a place for every input, as calls from other graphs want it.
    fn vjp_by_position(&self) -> TokenStream {
        if self.unit.inputs.iter().all(Input::active) {
            return quote!(
                #[doc(hidden)]
                pub use self::vjp as __vjp;
            );
        }
        let (seeds, types) = self.seed_params();
        let (generics, params, arguments, outputs) = (
            self.generics(),
            self.params(),
            self.arguments(),
            self.outputs_type(),
        );
        let (core, runtime) = (self.core(), self.runtime);
        let results: Vec<_> = self
            .unit
            .inputs
            .iter()
            .map(|input| {
                if input.active() {
                    self.type_of(&input.shape)
                } else {
                    quote!(#runtime::__private::Held)
                }
            })
            .collect();
        let found: Vec<_> = self.active().map(|input| adjoint(&input.name)).collect();
        let placed: Vec<_> = self
            .unit
            .inputs
            .iter()
            .map(|input| {
                if input.active() {
                    let name = adjoint(&input.name);
                    quote!(#name)
                } else {
                    quote!(#runtime::__private::Held)
                }
            })
            .collect();
        let found: Vec<_> = found.iter().map(|name| quote!(#name)).collect();
        let (results, found, placed) = (
            one_or_tuple(&results),
            one_or_tuple(&found),
            one_or_tuple(&placed),
        );
        quote! {
            #[doc(hidden)]
            #[inline]
            pub fn __vjp #generics(#params) -> (#outputs, impl #core::ops::Fn(#(#types),*) -> #results) {
                let (value, pull) = vjp(#arguments);
                (value, move |#(#seeds: #types),*| {
                    let #found = pull(#(#seeds),*);
                    #placed
                })
            }
        }
    }

    /// `impl Forward { fn backward }`, and `jvp` for inline graphs.
    fn methods(&self) -> TokenStream {
        let (seeds, types) = self.seed_params();
        let shapes = self.unit.outputs.iter().map(|output| &*output.shape);
        let (code, steps) = self.method_code(&self.plan.backward, 0, &seeds, shapes);
        let gradient = self.gradient(&code, &self.plan.backward.results[0]);
        let (generics, prefix) = (self.generics(), self.prefix());
        let jvp = self
            .plan
            .jvp
            .as_ref()
            .filter(|_| self.is_inline)
            .map(|body| self.inline_jvp(body));
        let quiet = self.is_inline.then(quiet);
        quote! {
            #quiet
            impl #generics #prefix Forward<T> {
                /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
                #[inline]
                pub fn backward(&self, #(#seeds: #types),*) -> #prefix Grad<T> {
                    #steps
                    #gradient
                }
                #jvp
            }
        }
    }

    /// Forward mode from what was saved: the tangents of the outputs.
    fn inline_jvp(&self, body: &Body) -> TokenStream {
        let (names, params) = self.tangent_params();
        let shapes = self.active().map(|input| &*input.shape);
        let (code, steps) = self.method_code(body, self.unit.outputs.len(), &names, shapes);
        let tangents = one_or_tuple(&self.packed(&code, &body.results[0]));
        let outputs = self.outputs_type();
        quote! {
            /// The change of the outputs along a direction: forward mode.
            #[inline]
            pub fn jvp(&self, #params) -> #outputs {
                #steps
                #tangents
            }
        }
    }

    /// A method's code, which reads fields, and leaves numbered `skipped` behind the inputs.
    fn method_code<'b, 's>(
        &'b self,
        body: &'b Body,
        skipped: usize,
        names: &[Ident],
        shapes: impl Iterator<Item = &'s [Dim]>,
    ) -> (Code<'b>, TokenStream) {
        // Inputs come from fields, so as leaves they have no entries.
        let nothing = (format_ident!("_unused"), &[][..]);
        let mut leaves = vec![nothing; self.unit.inputs.len() + skipped];
        leaves.extend(names.iter().cloned().zip(shapes));
        self.code(body, &leaves, &self.fields())
    }

    /// Where each value of the forward pass is kept.
    fn fields(&self) -> Vec<(NodeId, TokenStream)> {
        let definitions = self.unit.definitions.iter().flat_map(|definition| {
            let (name, shape) = (&definition.name, &definition.shape);
            (0..definition.nodes.len()).map(move |at| {
                let indices = element_indices(shape, at);
                quote!(self.#name #indices)
            })
        });
        let saved = self.saved();
        let saved = self
            .plan
            .saved
            .iter()
            .copied()
            .zip(saved.iter().map(|name| quote!(self.#name)));
        self.plan.forward.results[0]
            .iter()
            .copied()
            .zip(definitions)
            .chain(saved)
            .collect()
    }

    // Structs.

    fn structs(&self) -> TokenStream {
        let core = self.core();
        let derive = quote! {
            #[#core::prelude::v1::derive(#core::clone::Clone, #core::marker::Copy, #core::fmt::Debug, #core::cmp::PartialEq)]
        };
        let fields = self.unit.definitions.iter().map(|definition| {
            let (name, docs) = (&definition.name, &definition.docs);
            let of = match definition.condition {
                true => {
                    let runtime = self.runtime;
                    array_type(&definition.shape, &quote!(<T as #runtime::Real>::Mask))
                }
                false => self.type_of(&definition.shape),
            };
            let default = docs.is_empty().then(|| {
                let docs = format!("The definition `{}`.", text(name));
                quote!(#[doc = #docs])
            });
            quote!(#(#docs)* #default pub #name: #of)
        });
        let saved = self.saved();
        let visibility = if self.is_inline {
            quote!()
        } else {
            quote!(pub(super))
        };
        let saved_types =
            self.plan
                .saved
                .iter()
                .map(|id| match self.plan.forward.graph.node(*id).kind {
                    Kind::Condition => {
                        let runtime = self.runtime;
                        quote!(<T as #runtime::Real>::Mask)
                    }
                    _ => quote!(T),
                });
        let holds_condition = self
            .unit
            .definitions
            .iter()
            .any(|definition| definition.condition)
            || self
                .plan
                .saved
                .iter()
                .any(|id| self.plan.forward.graph.node(*id).kind == Kind::Condition);
        let bound = holds_condition.then(|| {
            let runtime = self.runtime;
            quote!(: #runtime::Real)
        });
        let of = quote!(<T #bound = #core::primitive::f64>);
        let (quiet, inputs) = (self.is_inline.then(quiet), self.kept_fields());
        let grad_fields = self.active().map(|input| {
            let (name, of) = (&input.name, self.type_of(&input.shape));
            let docs = format!("The adjoint of the input `{}`.", text(name));
            quote!(#[doc = #docs] pub #name: #of)
        });
        let gradient = self.flat_gradient();
        let jacobian = (!self.is_inline).then(|| self.jacobian_struct(&derive));
        quote! {
            /// What the forward pass computed.
            #quiet #derive
            pub struct Forward #of { #(#fields,)* #(#visibility #saved: #saved_types,)* #inputs }
            /// The gradient: one adjoint an input.
            #quiet #derive
            pub struct Grad<T = #core::primitive::f64> { #(#grad_fields,)* }
            #gradient
            #jacobian
        }
    }

    fn flat_gradient(&self) -> TokenStream {
        let core = self.core();
        let count: usize = self.active().map(|input| input.nodes.len()).sum();
        let count = Literal::usize_unsuffixed(count);
        let entries = self.active().flat_map(|input| {
            let (name, shape) = (&input.name, &input.shape);
            (0..input.nodes.len()).map(move |at| {
                let indices = element_indices(shape, at);
                quote!(self.#name #indices)
            })
        });
        let quiet = self.is_inline.then(quiet);
        quote! {
            #quiet
            impl<T: #core::marker::Copy> Grad<T> {
                /// All adjoints in the order of the inputs, arrays row by row.
                #[inline]
                pub fn to_array(&self) -> [T; #count] { [#(#entries),*] }
            }
        }
    }

    fn jacobian_struct(&self, derive: &TokenStream) -> TokenStream {
        let core = self.core();
        let outputs: usize = self
            .unit
            .outputs
            .iter()
            .map(|output| output.nodes.len())
            .sum();
        let outputs = Literal::usize_unsuffixed(outputs);
        let fields = self.active().map(|input| {
            let name = &input.name;
            let inputs = Literal::usize_unsuffixed(input.nodes.len());
            let docs = format!(
                "The partial derivatives by `{}`: a row an output, a column an entry.",
                text(name)
            );
            quote!(#[doc = #docs] pub #name: [[T; #inputs]; #outputs])
        });
        quote! {
            /// All partial derivatives of the outputs by the inputs.
            #derive
            pub struct Jacobian<T = #core::primitive::f64> { #(#fields,)* }
        }
    }

    // Inline.

    fn block(&self) -> TokenStream {
        let calls = calls::functions(self.unit, self.runtime, Some(&quiet()));
        let (structs, methods) = (self.structs(), self.methods());
        let picture = self.inline_picture();
        let item = self.forward();
        let forward = self.item(&item, &TokenStream::new(), &item.result, &item.body);
        let inputs: Vec<&Ident> = self.unit.inputs.iter().map(|input| &input.name).collect();
        let captured: Vec<Ident> = (0..inputs.len())
            .map(|at| Ident::new(&format!("a{at}"), Span::mixed_site()))
            .collect();
        let (rust, runtime) = (&self.rust, self.runtime);
        let constants = self.unit.graph.rust.iter().map(|constant| {
            let (tokens, span) = (&constant.tokens, constant.place.start);
            let value = super::block(tokens, span);
            quote!(#runtime::__private::constant(#value))
        });
        // The user's own tokens are evaluated outside of the items' scope, whose names are ours.
        quote! {
            match (#(#inputs,)* #(#constants,)*) {
                (#(#captured,)* #(#rust,)*) => {
                    #structs #calls #methods #picture #forward
                    forward(#(#captured,)* #(#rust,)*)
                }
            }
        }
    }
}

fn pack<'s>(
    code: &Code,
    group: &[NodeId],
    shapes: impl Iterator<Item = &'s [Dim]>,
) -> Vec<TokenStream> {
    let mut rest = group;
    shapes
        .map(|shape| {
            let count: usize = shape.iter().filter_map(Dim::size).product();
            let (entries, later) = rest.split_at(count);
            rest = later;
            let entries: Vec<TokenStream> = entries.iter().map(|id| code.value(*id)).collect();
            nested(shape, &entries)
        })
        .collect()
}

/// `[1][2]` for an entry of an array, nothing for a number.
fn element_indices(shape: &[Dim], at: usize) -> TokenStream {
    let mut rest = at;
    let mut indices: Vec<Literal> = shape
        .iter()
        .rev()
        .map(|dim| {
            let extent = dim.size().unwrap_or(1).max(1);
            let index = rest % extent;
            rest /= extent;
            Literal::usize_unsuffixed(index)
        })
        .collect();
    indices.reverse();
    quote!(#([#indices])*)
}

/// What a body's steps and results read.
fn reads(body: &Body) -> std::collections::HashSet<NodeId> {
    let args = body
        .steps
        .iter()
        .flat_map(|id| body.graph.node(*id).args.clone());
    args.chain(body.results.iter().flatten().copied()).collect()
}
