//! `picture` for numbers and small arrays.
//!
//! Invariant: nothing is here unless the plan has a picture.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Emit;
use crate::emit::picture::{DOCS, description};
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
        let mut firsts = Vec::with_capacity(body.results.len());
        let mut values: Vec<TokenStream> = Vec::new();
        for entries in &body.results {
            firsts.push(values.len());
            values.extend(entries.iter().map(|id| code.value(*id)));
        }
        let description = description(&self.title(), picture, |value| {
            let shape = picture.graph.shape(picture.values[value]);
            let extents = shape.iter().map(|dim| dim.size().unwrap_or(0));
            let words = std::iter::once(firsts[value]).chain(extents);
            let words: Vec<String> = words.map(|word| word.to_string()).collect();
            words.join(" ")
        });
        let p = self.runtime;
        quote!(#steps #p::__private::picture::draw::<T>(#description, &[#(#values),*]))
    }
}
