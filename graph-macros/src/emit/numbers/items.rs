//! The value function, the module beside it, and how its items reach bodies that stand outside.
//!
//! Invariant: every function of the module is listed in `items`, in the order of the documentation.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::Emit;
use super::code::reads;
use crate::emit::target::{Item, Module};
use crate::emit::{almost_quiet, calls, docs, inputs_docs, mentioned, one_or_tuple, quiet};
use crate::plan::{Body, Derivatives};
use crate::syntax::Function;

impl Emit<'_> {
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
        let reads = reads(body);
        let read = body.graph.ids().filter(|id| reads[id.index()]);
        let mentioned = mentioned(self.unit, &body.graph, read);
        let (docs, unused) = (self.value_docs(), self.unused());
        let (formulas, inputs) = (docs::formulas(self.function), inputs_docs(self.function));
        let quiet = if broken { quiet() } else { almost_quiet() };
        quote! {
            #docs #(#attributes)* #inputs #formulas #quiet
            #[inline]
            #visibility fn #name #generics(#params) -> #outputs {
                #unused
                #mentioned
                #steps
                #result
            }
        }
    }

    pub(super) fn module(&self) -> TokenStream {
        let (structs, count) = (self.structs(), self.count());
        let run_batch = self.plan.batch.as_ref().map(|body| self.run_batch(body));
        let batch = run_batch.as_ref().map(|_| self.batch_functions());
        let (bodies, run_inside) = match self.outside {
            true => (run_batch, None),
            false => (None, run_batch),
        };
        let vjp_by_position = self.vjp_by_position();
        self.module_of(Module {
            structs: quote!(#structs #count),
            methods: self.methods(),
            items: self.items(),
            calls: calls::functions(self.unit, self.runtime, None),
            others: quote!(#vjp_by_position #run_inside #batch),
            bodies: bodies.unwrap_or_default(),
            problem: self.problem(),
        })
    }

    fn count(&self) -> Option<TokenStream> {
        let count: usize = self.active().map(|input| input.nodes.len()).sum();
        let (count, core) = (Literal::usize_unsuffixed(count), self.core());
        // A constant and a variable cannot have one name, and the user's comes first.
        (!self.names.is_users("N")).then(|| {
            quote! {
                /// How many numbers the gradient has.
                pub const N: #core::primitive::usize = #count;
            }
        })
    }

    fn items(&self) -> Vec<Item> {
        let mut items = vec![self.forward()];
        match &self.plan.derivatives {
            Some(Derivatives::Gradient(body)) => {
                items.extend([self.value_and_grad(body), self.jacobian_of_gradient()]);
            }
            Some(Derivatives::Jacobian(body)) => items.push(self.jacobian(body)),
            None => {}
        }
        items.extend(self.plan.jvp.as_ref().map(|body| self.jvp(body)));
        items.push(self.vjp());
        if let Some(second) = &self.plan.second {
            items.extend([self.hessian(&second.hessian), self.hvp(&second.hvp)]);
        }
        items.extend(
            self.plan
                .picture
                .as_ref()
                .map(|picture| self.picture(picture)),
        );
        items
    }

    /// `result` writes the type with the structs' prefix it is given.
    pub(super) fn new_item(
        &self,
        name: &str,
        docs: &str,
        result: impl Fn(&TokenStream) -> TokenStream,
        body: TokenStream,
    ) -> Item {
        Item {
            docs: quote!(#[doc = #docs]),
            inline: true,
            generics: self.generics(),
            name: format_ident!("{name}"),
            params: self.params(),
            module_params: self.params(),
            result: result(&self.prefix()),
            module_result: result(&TokenStream::new()),
            arguments: self.arguments(),
            body,
        }
    }
}
