//! An inline graph: a block in which items and surroundings meet.
//!
//! Invariant: the user's own tokens are evaluated outside of the scope of the items.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::Emit;
use crate::emit::{block, calls, one_or_tuple, quiet};
use crate::plan::Body;

impl<'p> Emit<'p> {
    pub(super) fn block(&self) -> TokenStream {
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
            let value = block(tokens, span);
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
