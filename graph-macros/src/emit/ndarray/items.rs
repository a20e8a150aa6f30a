//! The functions a graph gives: its value, and the items of the module beside it.
//!
//! Invariant: a body that names something of the user's surroundings stands there, and the module's item calls it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::body::Moves;
use super::{Emit, Leaf};
use crate::emit::names::private;
use crate::emit::target::{Item, Module};
use crate::emit::{almost_quiet, calls, docs, inputs_docs, one_or_tuple, quiet};
use crate::lower::Input;
use crate::plan::arrays::Body;
use crate::syntax::Function;

impl<'p> Emit<'p> {
    pub(super) fn value_function(&self, body: &Body, broken: bool) -> TokenStream {
        let Function {
            attributes,
            visibility,
            name,
            ..
        } = self.function;
        let (writer, steps) = self.body(body, &self.input_leaves(), &[]);
        let result = self.ok(&self.outputs(&writer, &body.results[0], &mut Moves::of(body)));
        let (checks, params, outputs) = (
            self.checks(),
            self.params(),
            self.fallible(&self.outputs_type()),
        );
        let read = self.read(body).into_iter();
        let mentioned = crate::emit::mentioned(self.unit, &body.graph, read);
        // That its shape is checked makes no use of an input.
        let unread = self
            .unit
            .inputs
            .iter()
            .filter(|input| !input.mentioned && !input.shape.is_empty())
            .map(|input| {
                let name = &input.name;
                quote!({ let #name = (); })
            });
        let (docs, unused) = (self.value_docs(), self.unused());
        let (formulas, inputs) = (docs::formulas(self.function), inputs_docs(self.function));
        let errors = self.errors_docs();
        let (generics, quiet) = (
            self.generics(),
            if broken { quiet() } else { almost_quiet() },
        );
        quote! {
            #docs #(#attributes)* #inputs #formulas #errors #quiet
            #visibility fn #name #generics(#params) -> #outputs {
                #(#unread)*
                #unused
                #mentioned
                #checks
                #steps
                #result
            }
        }
    }

    fn errors_docs(&self) -> TokenStream {
        quote!(#[doc = "\n# Errors\nWhere an input does not have its declared shape, or a label is out of range."])
    }

    pub(super) fn module(&self) -> TokenStream {
        self.module_of(Module {
            structs: self.structs(),
            methods: self.methods(),
            items: self.items(),
            calls: calls::of_arrays(self.unit, self.runtime, None),
            others: self.vjp_by_position(),
            bodies: TokenStream::new(),
            problem: self.problem(),
        })
    }

    fn items(&self) -> Vec<Item> {
        let mut items = vec![self.forward(), self.vjp()];
        if let Some(body) = &self.plan.value_and_grad {
            items.extend([self.value_and_grad(), self.value_and_grad_into(body)]);
        }
        items.push(self.jvp());
        items.extend(self.plan.hvp.as_ref().map(|body| self.hvp(body)));
        items.extend(
            self.plan
                .picture
                .as_ref()
                .map(|picture| self.picture(picture)),
        );
        items
    }

    pub(super) fn new_item(
        &self,
        name: &str,
        docs: &str,
        result: impl Fn(&TokenStream) -> TokenStream,
        body: TokenStream,
    ) -> Item {
        let errors = self.errors_docs();
        Item {
            docs: quote!(#[doc = #docs] #errors),
            inline: false,
            generics: self.generics(),
            name: format_ident!("{name}"),
            params: self.params(),
            module_params: self.params(),
            result: self.fallible(&result(&self.prefix())),
            module_result: self.fallible(&result(&TokenStream::new())),
            arguments: self.arguments(),
            body,
        }
    }

    pub(super) fn forward(&self) -> Item {
        let body = &self.plan.forward;
        let (writer, steps) = self.body(body, &self.input_leaves(), &[]);
        let mut moved = Moves::of(body);
        let names: Vec<&Ident> = self
            .fields()
            .map(|(definition, _)| &definition.name)
            .collect();
        let saved = self.saved();
        // What is kept beside the definitions is taken first where it is only looked at.
        let kept: Vec<TokenStream> = self
            .plan
            .saved
            .iter()
            .map(|id| writer.kept(*id, &mut moved))
            .collect();
        let values: Vec<TokenStream> = self
            .fields()
            .map(|(_, node)| writer.result(node, &mut moved))
            .collect();
        let (sizes, core, prefix) = (self.size_names(), self.core(), self.prefix());
        let (checks, inputs, borrows) = (self.checks(), self.kept_values(), &self.inputs);
        let value = self.ok(&quote! {
            #prefix Forward { #(#saved: #kept,)* #(#names: #values,)* #(#sizes,)* #inputs #borrows: #core::marker::PhantomData }
        });
        self.new_item(
            "forward",
            "The forward pass: every definition, and what the backward pass needs.",
            |prefix| quote!(#prefix Forward<'a, T>),
            quote!(#checks #steps #value),
        )
    }

    pub(super) fn size_names(&self) -> Vec<&Ident> {
        let mut sizes: Vec<&Ident> = self.sizes.values().collect();
        sizes.sort();
        sizes
    }

    /// The private fields of `Forward`, named after what they hold.
    pub(super) fn saved(&self) -> Vec<Ident> {
        let graph = &self.plan.forward.graph;
        let names = self.names.of_nodes(graph, self.plan.saved.iter().copied());
        self.plan
            .saved
            .iter()
            .map(|id| private(&names[id]))
            .collect()
    }

    pub(super) fn tangents(&self) -> (Vec<Leaf<'p>>, TokenStream) {
        let leaves: Vec<Leaf> = self
            .active()
            .map(|input| Leaf {
                name: self.names.adjoint(&input.name),
                shape: &input.shape,
                of: Some(&input.name),
            })
            .collect();
        let params = leaves.iter().map(|leaf| {
            let (name, of) = (
                &leaf.name,
                self.borrowed(leaf.shape, false, &TokenStream::new()),
            );
            quote!(#name: #of)
        });
        let params = quote!(#(#params),*);
        (leaves, params)
    }

    pub(super) fn jvp(&self) -> Item {
        let body = &self.plan.jvp;
        let (writer, steps) = self.body(body, &self.leaves_with_tangents(), &[]);
        let mut moved = Moves::of(body);
        let value = self.outputs(&writer, &body.results[0], &mut moved);
        let tangent = self.outputs(&writer, &body.results[1], &mut moved);
        let (outputs, result) = (self.outputs_type(), self.ok(&quote!((#value, #tangent))));
        self.along_tangents(
            "jvp",
            "The outputs and their change along a direction: forward mode.",
            |_| quote!((#outputs, #outputs)),
            &quote!(#steps #result),
        )
    }

    fn hvp(&self, body: &Body) -> Item {
        let (writer, steps) = self.body(body, &self.leaves_with_tangents(), &[]);
        let mut moved = Moves::of(body);
        let value = writer.result(body.results[0][0], &mut moved);
        let gradient = self.gradient(&writer, &body.results[1], &mut moved);
        let product = self.gradient(&writer, &body.results[2], &mut moved);
        let result = self.ok(&quote!((#value, #gradient, #product)));
        self.along_tangents(
            "hvp",
            "The value, its gradient, and the matrix of second derivatives times a direction, without the matrix.",
            |prefix| quote!((T, #prefix Grad<T>, #prefix Grad<T>)),
            &quote!(#steps #result),
        )
    }

    fn leaves_with_tangents(&self) -> Vec<Leaf<'p>> {
        let mut leaves = self.input_leaves();
        leaves.extend(self.tangents().0);
        leaves
    }

    /// An item that takes a direction behind the inputs.
    fn along_tangents(
        &self,
        name: &str,
        docs: &str,
        result: impl Fn(&TokenStream) -> TokenStream,
        body: &TokenStream,
    ) -> Item {
        let (tangents, params) = self.tangents();
        let names = tangents.iter().map(|leaf| &leaf.name);
        let arguments = quote!(#(#names),*);
        let (checks, tangent_checks) = (self.checks(), self.derivative_checks(&tangents));
        let body = quote!(#checks #tangent_checks #body);
        self.new_item(name, docs, result, body)
            .takes(&params, &arguments)
    }

    pub(super) fn seeds(&self) -> (Vec<Leaf<'p>>, Vec<TokenStream>) {
        let outputs = self.unit.outputs.iter();
        let leaves: Vec<Leaf> = outputs
            .map(|output| Leaf {
                name: self.names.adjoint(&output.name),
                shape: &output.shape,
                of: Some(&output.name),
            })
            .collect();
        let types = leaves
            .iter()
            .map(|leaf| self.borrowed(leaf.shape, false, &TokenStream::new()))
            .collect();
        (leaves, types)
    }

    fn vjp(&self) -> Item {
        let (seeds, types) = self.seeds();
        let seeds: Vec<_> = seeds.iter().map(|leaf| &leaf.name).collect();
        let (outputs, arguments) = (self.outputs_type(), self.arguments());
        let gradients: Vec<_> = self
            .active()
            .map(|input| self.owned(&input.shape))
            .collect();
        let names = self.active().map(|input| &input.name);
        let [forward, value, grad] =
            ["forward", "value", "grad"].map(|name| self.names.local(name));
        let fields: Vec<_> = names.map(|name| quote!(#grad.#name)).collect();
        let (gradients, fields) = (
            self.fallible(&one_or_tuple(&gradients)),
            self.ok(&one_or_tuple(&fields)),
        );
        let core = self.core();
        let values: Vec<_> = self
            .unit
            .outputs
            .iter()
            .map(|output| {
                let name = &output.name;
                if output.shape.is_empty() {
                    quote!(#forward.#name)
                } else {
                    quote!(#core::clone::Clone::clone(&#forward.#name))
                }
            })
            .collect();
        let values = one_or_tuple(&values);
        let code = self.code_path("forward");
        let result = self.ok(&quote!((#value, move |#(#seeds: #types),*| { let #grad = #forward.backward(#(#seeds),*)?; #fields })));
        self.new_item(
            "vjp",
            "The outputs and the pullback, by position: seeds in, adjoints of the inputs out.",
            |_| quote!((#outputs, impl #core::ops::Fn(#(#types),*) -> #gradients)),
            quote! {
                let #forward = #code(#arguments)?;
                let #value = #values;
                #result
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
        let (seeds, types) = self.seeds();
        let seeds: Vec<_> = seeds.iter().map(|leaf| &leaf.name).collect();
        let (generics, params, arguments) = (self.generics(), self.params(), self.arguments());
        let core = self.core();
        let [adjoints, found, placed] = self.by_position(|input| self.owned(&input.shape));
        let (adjoints, placed) = (self.fallible(&adjoints), self.ok(&placed));
        let outputs = self.outputs_type();
        let result =
            self.fallible(&quote!((#outputs, impl #core::ops::Fn(#(#types),*) -> #adjoints)));
        let value = self.ok(&quote!((value, move |#(#seeds: #types),*| {
            let #found = pull(#(#seeds),*)?;
            #placed
        })));
        quote! {
            #[doc(hidden)]
            pub fn __vjp #generics(#params) -> #result {
                let (value, pull) = vjp(#arguments)?;
                #value
            }
        }
    }
}
