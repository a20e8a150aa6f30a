//! The value function, the module beside it, and how its items reach bodies that stand outside.
//!
//! Invariant: every function of the module is listed in `items`, in the order of the documentation.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::code::reads;
use super::{Emit, Item};
use crate::emit::{
    almost_quiet, calls, conditions, default_docs, mentioned, module_alias, one_or_tuple, problem,
    quiet, signature,
};
use crate::plan::Body;
use crate::syntax::{Function, text};

impl<'p> Emit<'p> {
    pub(super) fn value_function(&self, body: &Body, broken: bool) -> TokenStream {
        let Function {
            attributes,
            visibility,
            name,
            ..
        } = self.function;
        let (code, steps) = self.code(body, &self.input_leaves(), &[]);
        let result = one_or_tuple(&self.packed(&code, &body.results[0]));
        let (generics, params, outputs) = (self.generics(), self.params(), self.outputs_type());
        let mentioned = mentioned(self.unit, &body.graph, &reads(body));
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

    pub(super) fn module(&self) -> TokenStream {
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
        let alias = module_alias(self.function);
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
            arguments: self.arguments(),
            result: result(&self.prefix()),
            module_result: result(&TokenStream::new()),
            body,
        }
    }
}
