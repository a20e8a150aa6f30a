//! The functions a graph gives: its value, and the items of the module beside it.
//!
//! Invariant: a body that names something of the user's surroundings stands there, and the module's item calls it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::body::Moves;
use super::{Emit, Item, Leaf};
use crate::emit::names::{adjoint, private};
use crate::emit::{
    almost_quiet, calls, default_docs, module_alias, module_name, one_or_tuple, problem, quiet,
    signature,
};
use crate::graph::Dim;
use crate::lower::Input;
use crate::plan::arrays::Body;
use crate::syntax::{Function, text};

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
        let mentioned = crate::emit::mentioned(self.unit, &body.graph, &self.read(body));
        let unused = self
            .unit
            .definitions
            .iter()
            .filter(|definition| !definition.used)
            .map(|definition| {
                let name = &definition.name;
                quote!(let #name = ();)
            });
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
        let docs = default_docs(
            self.function,
            &format!(
                "The value of the graph `{}`.",
                signature(self.function, self.unit)
            ),
        );
        let errors = self.errors_docs();
        let (generics, quiet) = (
            self.generics(),
            if broken { quiet() } else { almost_quiet() },
        );
        quote! {
            #docs #(#attributes)* #errors #quiet
            #visibility fn #name #generics(#params) -> #outputs {
                #(#unread)*
                #(#unused)*
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
        let Function {
            visibility, name, ..
        } = self.function;
        let (structs, quiet) = (self.structs(), quiet());
        let conditions: Vec<_> = crate::emit::conditions(self.function).collect();
        let (items, methods) = (self.items(), self.methods());
        let (picture, picture_outside) = self.picture();
        let here: Vec<_> = items.iter().map(|item| self.module_item(item)).collect();
        let vjp_by_position = self.vjp_by_position();
        let calls = calls::of_arrays(self.unit, self.runtime, None);
        let alias = module_alias(self.function);
        let outside = self.outside.then(|| {
            let bodies = items
                .iter()
                .map(|item| self.item(item, &TokenStream::new(), &item.result, &item.body));
            quote! {
                #(#conditions)* #quiet
                impl #name::Code { #calls #(#bodies)* }
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
        let (checks, extent) = (self.checks(), |dim: &Dim| self.extent(dim));
        let problem = problem::arrays(self.function, self.unit, self.runtime, &checks, &extent);
        let (problem, bridge) = (problem.inside, problem.beside);
        quote! {
            #(#conditions)* #[doc = #docs] #quiet
            #visibility mod #name {
                #structs
                #inside #code #(#here)* #vjp_by_position
                #problem #picture
            }
            #outside #picture_outside
            #alias
            #bridge
        }
    }

    fn module_item(&self, item: &Item) -> TokenStream {
        let (name, arguments) = (&item.name, &item.arguments);
        let body = if self.outside {
            quote!(Code::#name(#arguments))
        } else {
            item.body.clone()
        };
        let module = Item {
            params: item.module_params.clone(),
            ..item.clone()
        };
        self.item(&module, &quote!(pub), &item.module_result, &body)
    }

    pub(super) fn item(
        &self,
        item: &Item,
        visibility: &TokenStream,
        result: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let Item {
            docs, name, params, ..
        } = item;
        let (generics, quiet, errors) = (
            self.generics(),
            self.is_inline.then(quiet),
            self.errors_docs(),
        );
        quote! {
            #[doc = #docs] #errors #quiet
            #visibility fn #name #generics(#params) -> #result { #body }
        }
    }

    fn items(&self) -> Vec<Item> {
        let mut items = vec![self.forward(), self.vjp()];
        if let Some(body) = &self.plan.value_and_grad {
            items.extend([self.value_and_grad(), self.value_and_grad_into(body)]);
        }
        items.push(self.jvp());
        items.extend(self.plan.hvp.as_ref().map(|body| self.hvp(body)));
        items
    }

    pub(super) fn new_item(
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
            module_params: self.params(),
            arguments: self.arguments(),
            result: self.fallible(&result(&self.prefix())),
            module_result: self.fallible(&result(&TokenStream::new())),
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
        let (checks, inputs) = (self.checks(), self.kept_values());
        let value = self.ok(&quote! {
            #prefix Forward { #(#saved: #kept,)* #(#names: #values,)* #(#sizes,)* #inputs inputs: #core::marker::PhantomData }
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

    /// What stands before the name of a function with code in it.
    pub(super) fn code_prefix(&self) -> TokenStream {
        let module = module_name(self.function);
        match self.outside {
            true => quote!(#module::Code::),
            false => TokenStream::new(),
        }
    }

    pub(super) fn tangents(&self) -> (Vec<Leaf<'p>>, TokenStream) {
        let leaves: Vec<Leaf> = self
            .active()
            .map(|input| Leaf {
                name: adjoint(&input.name),
                shape: &input.shape,
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
        docs: &'static str,
        result: impl Fn(&TokenStream) -> TokenStream,
        body: &TokenStream,
    ) -> Item {
        let (tangents, params) = self.tangents();
        let names = tangents.iter().map(|leaf| &leaf.name);
        let arguments = quote!(#(#names),*);
        let (checks, tangent_checks) = (self.checks(), self.derivative_checks(&tangents));
        let body = quote!(#checks #tangent_checks #body);
        let mut item = self.new_item(name, docs, result, body);
        item.params.extend(params.clone());
        item.module_params.extend(params);
        item.arguments.extend(arguments);
        item
    }

    pub(super) fn seeds(&self) -> (Vec<Leaf<'p>>, Vec<TokenStream>) {
        let outputs = self.unit.outputs.iter();
        let leaves: Vec<Leaf> = outputs
            .map(|output| Leaf {
                name: adjoint(&output.name),
                shape: &output.shape,
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
        let fields: Vec<_> = names.map(|name| quote!(grad.#name)).collect();
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
                    quote!(forward.#name)
                } else {
                    quote!(#core::clone::Clone::clone(&forward.#name))
                }
            })
            .collect();
        let values = one_or_tuple(&values);
        let prefix = self.code_prefix();
        let result = self.ok(&quote!((value, move |#(#seeds: #types),*| { let grad = forward.backward(#(#seeds),*)?; #fields })));
        self.new_item(
            "vjp",
            "The outputs and the pullback, by position: seeds in, adjoints of the inputs out.",
            |_| quote!((#outputs, impl #core::ops::Fn(#(#types),*) -> #gradients + use<'a, T>)),
            quote! {
                let forward = #prefix forward(#arguments)?;
                let value = #values;
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
        let (core, rt) = (self.core(), self.rt());
        let inputs = self.unit.inputs.iter();
        let (adjoints, placed): (Vec<_>, Vec<_>) = inputs
            .map(|input| match input.active() {
                true => {
                    let name = adjoint(&input.name);
                    (self.owned(&input.shape), quote!(#name))
                }
                false => (quote!(#rt::Held), quote!(#rt::Held)),
            })
            .unzip();
        let found = self.active().map(|input| adjoint(&input.name));
        let found: Vec<_> = found.map(|name| quote!(#name)).collect();
        let (adjoints, found) = (
            self.fallible(&one_or_tuple(&adjoints)),
            one_or_tuple(&found),
        );
        let placed = self.ok(&one_or_tuple(&placed));
        let outputs = self.outputs_type();
        let result = self.fallible(
            &quote!((#outputs, impl #core::ops::Fn(#(#types),*) -> #adjoints + use<'a, T>)),
        );
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
