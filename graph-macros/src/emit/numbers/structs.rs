//! The structs: `Forward`, `Grad` and `Jacobian`.
//!
//! Invariant: a field has the name of the definition or the input it belongs to, and saved values are private.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Emit, entries_of};
use crate::emit::{adjoint_docs, array_type, quiet};
use crate::graph::Kind;
use crate::syntax::text;

/// From so many fields on a struct is not compared.
const MANY_FIELDS: usize = 1000;

fn derive_traits(core: &TokenStream, compared: bool) -> TokenStream {
    let compare = compared.then(|| quote!(, #core::cmp::PartialEq));
    quote! {
        #[#core::prelude::v1::derive(#core::clone::Clone, #core::marker::Copy, #core::fmt::Debug #compare)]
    }
}

impl<'p> Emit<'p> {
    pub(super) fn structs(&self) -> TokenStream {
        let core = self.core();
        let derive = derive_traits(&core, true);
        // rustc nests what it derives for a comparison by a level a field, and has a stack for some thousand.
        let few = self.unit.definitions.len() + self.plan.saved.len() <= MANY_FIELDS;
        let derive_forward = derive_traits(&core, few);
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
        let (quiet, inputs) = (
            self.is_inline.then(quiet),
            self.kept_fields_of(|input| self.type_of(&input.shape)),
        );
        let grad_fields = self.active().map(|input| {
            let (name, of) = (&input.name, self.type_of(&input.shape));
            let docs = adjoint_docs(self.function, name);
            quote!(#docs pub #name: #of)
        });
        let gradient = self.flat_gradient();
        let jacobian = (!self.is_inline).then(|| self.jacobian_struct(&derive));
        quote! {
            /// What the forward pass computed.
            #quiet #derive_forward
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
        let this = format_ident!("self");
        let entries = self.active().flat_map(|input| entries_of(&this, input));
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
}
