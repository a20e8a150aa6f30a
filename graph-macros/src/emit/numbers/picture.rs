//! `picture` for numbers and small arrays.
//!
//! Invariant: nothing is here unless the plan has a picture.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Emit;
use crate::emit::picture::{DOCS, drawing, quantity};
use crate::emit::quiet;
use crate::emit::target::Item;
use crate::plan::picture::Numbers;

impl Emit<'_> {
    /// The module's function.
    pub(super) fn picture(&self, picture: &Numbers) -> Item {
        let (seeds, types) = self.seed_params();
        let (runtime, body) = (self.runtime, self.drawn(picture, &seeds));
        let item = self.new_item(
            "picture",
            DOCS,
            |_| quote!(#runtime::picture::Picture),
            body,
        );
        let item = Item {
            inline: false,
            generics: quote!(<T: #runtime::Number>),
            ..item
        };
        item.takes(&quote!(#(#seeds: #types),*), &quote!(#(#seeds),*))
    }

    /// The method of an inline graph's `Forward`, which computes everything again from the inputs.
    pub(super) fn inline_picture(&self) -> TokenStream {
        let Some(picture) = &self.plan.picture else {
            return TokenStream::new();
        };
        let (seeds, types) = self.seed_params();
        let (runtime, quiet, body) = (self.runtime, quiet(), self.drawn(picture, &seeds));
        let loads = self.kept_loads();
        quote! {
            #quiet
            impl<T: #runtime::Number> Forward<T> {
                #[doc = #DOCS]
                pub fn picture(&self, #(#seeds: #types),*) -> #runtime::picture::Picture {
                    #loads
                    #body
                }
            }
        }
    }

    fn drawn(&self, Numbers { picture, body }: &Numbers, seeds: &[Ident]) -> TokenStream {
        let mut leaves = self.input_leaves();
        let shapes = self.unit.outputs.iter().map(|output| &*output.shape);
        leaves.extend(self.derivative_leaves(seeds.to_vec(), shapes));
        let (code, steps) = self.code(body, &leaves, &[]);
        let values: Vec<TokenStream> = picture
            .values
            .iter()
            .zip(&body.results)
            .map(|(value, entries)| {
                let shape = picture.graph.shape(*value);
                let entries: Vec<_> = entries.iter().map(|id| code.value(*id)).collect();
                quantity(self.runtime, &shape, &entries)
            })
            .collect();
        let drawing = drawing(picture, self.runtime, &values);
        quote!(#steps #drawing)
    }
}
