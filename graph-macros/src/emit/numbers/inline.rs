//! An inline graph: its block, and forward mode from its `Forward`.
//!
//! Invariant: captured numbers are taken by value.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::Emit;
use crate::emit::target::own_span;
use crate::emit::{array_type, calls, one_or_tuple, quiet};
use crate::plan::Body;

impl Emit<'_> {
    pub(super) fn block(&self) -> TokenStream {
        let calls = calls::functions(self.unit, self.runtime, Some(&quiet()));
        let (structs, methods) = (self.structs(), self.methods());
        let picture = self.inline_picture();
        let inputs = self.unit.inputs.iter().map(|input| {
            let (name, span) = (&input.name, own_span(&input.name));
            if input.shape.is_empty() {
                return self.captured_number(name);
            }
            let rt = calls::located_at(&self.rt(), span);
            let of = array_type(&input.shape, &quote!(_));
            quote_spanned!(span=> (&&#rt::Captured::<#of>(#name)).entries())
        });
        let ways = quote!(
            OfEntries as _,
            OfNoEntries as _,
            OfNoNumber as _,
            OfNumber as _
        );
        let uses = self.names_used();
        let items = quote!(#structs #methods #picture #uses);
        self.block_of(&ways, inputs, &calls, &items, &self.forward())
    }

    /// Forward mode from what was saved: the tangents of the outputs.
    pub(super) fn inline_jvp(&self, body: &Body) -> TokenStream {
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
}
