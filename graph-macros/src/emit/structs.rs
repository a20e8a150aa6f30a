//! The structs: `Forward` and `Grad`.
//!
//! Invariant: a field has the name of the definition or the input it belongs to, and what is kept beside is private.

use proc_macro2::TokenStream;
use quote::quote;

use super::module::Emit;
use super::slots::Seen;
use super::target::Target;
use super::{adjoint_docs, quiet};
use crate::syntax::text;
use crate::unit::Slot;

impl<B: Target> Emit<'_, B> {
    pub(super) fn structs(&self) -> TokenStream {
        let core = self.core();
        let fields = self
            .unit
            .fields
            .iter()
            .filter_map(|slot| self.definition_field(slot));
        let (saved, visibility) = (B::saved(self), self.private());
        let saved_types = self.plan.saved.iter().map(|id| B::saved_type(self, *id));
        let grad_fields = self.active_slots().map(|slot| {
            let shape = &self.unit.inputs[slot.leaves.start].shape;
            let (name, of) = (&slot.name, self.slot_owned(slot, shape, Seen::Inside));
            let docs = adjoint_docs(self.function, name);
            quote!(#docs pub #name: #of)
        });
        let [derived, params] = B::forward_head(self);
        let (inputs, further) = (self.kept_fields(), B::further_fields(self));
        let (grad_derived, others) = (B::grad_head(self), B::further_structs(self));
        let quiet = self.is_inline.then(quiet);
        quote! {
            /// What the forward pass computed.
            #quiet #derived
            pub struct Forward #params { #(#fields,)* #(#visibility #saved: #saved_types,)* #inputs #further }
            /// The gradient: one adjoint per input, of its shape.
            #quiet #grad_derived
            pub struct Grad<T = #core::primitive::f64> { #(#grad_fields,)* }
            #others
        }
    }

    /// Of what only the methods beside the module may see.
    pub(super) fn private(&self) -> TokenStream {
        match self.is_inline {
            true => TokenStream::new(),
            false if self.is_nested => quote!(pub(in super::super)),
            false => quote!(pub(super)),
        }
    }

    fn definition_field(&self, slot: &Slot) -> Option<TokenStream> {
        let definition = &self.unit.definitions[slot.leaves.start];
        let (name, docs) = (&slot.name, &definition.docs);
        let of = match slot.record {
            Some(_) => self.slot_owned(slot, &[], Seen::Inside),
            None if !B::is_field(definition) => return None,
            None if definition.condition => B::mask(self, &definition.shape),
            None => B::owned(self, &definition.shape),
        };
        let default = docs.is_empty().then(|| {
            let docs = format!("The definition `{}`.", text(name));
            quote!(#[doc = #docs])
        });
        Some(quote!(#(#docs)* #default pub #name: #of))
    }
}
