//! `picture` for arrays of any size.
//!
//! Invariant: nothing is here unless the plan has a picture.

use proc_macro2::TokenStream;
use quote::quote;

use super::body::Moves;
use super::{Emit, Leaf};
use crate::emit::picture::{DOCS, description};
use crate::emit::quiet;
use crate::emit::target::Item;
use crate::plan::picture::Arrays;

impl Emit<'_> {
    /// The module's function.
    pub(super) fn picture(&self, picture: &Arrays) -> Item {
        let (seeds, types) = self.seeds();
        let names: Vec<_> = seeds.iter().map(|leaf| leaf.name.clone()).collect();
        let (runtime, errors, checks) = (self.runtime, errors(), self.checks());
        let body = self.drawn(picture, seeds);
        let item = self.new_item(
            "picture",
            DOCS,
            |_| quote!(#runtime::picture::Picture),
            quote!(#checks #body),
        );
        let item = Item {
            docs: quote!(#[doc = #DOCS] #errors),
            ..item
        };
        item.takes(&quote!(#(#names: #types),*), &quote!(#(#names),*))
    }

    /// The method of an inline graph's `Forward`, which computes everything again from the inputs.
    pub(super) fn inline_picture(&self) -> TokenStream {
        let Some(picture) = &self.plan.picture else {
            return TokenStream::new();
        };
        let (seeds, types) = self.seeds();
        let names: Vec<_> = seeds.iter().map(|leaf| leaf.name.clone()).collect();
        let (runtime, quiet, errors, generics) = (self.runtime, quiet(), errors(), self.generics());
        let result = self.fallible(&quote!(#runtime::picture::Picture));
        let (sizes, body) = (self.load_sizes(), self.drawn(picture, seeds));
        let loads = self.kept_loads();
        quote! {
            #quiet
            impl #generics Forward<'a, T> {
                #[doc = #DOCS] #errors
                pub fn picture(&self, #(#names: #types),*) -> #result {
                    #loads
                    #sizes
                    #body
                }
            }
        }
    }

    fn drawn(&self, Arrays { picture, body }: &Arrays, seeds: Vec<Leaf<'_>>) -> TokenStream {
        let checks = self.derivative_checks(&seeds);
        let mut leaves: Vec<Leaf<'_>> = self.input_leaves();
        leaves.extend(seeds);
        let (writer, steps) = self.body(body, &leaves, &[]);
        let mut moved = Moves::of(body);
        let p = {
            let rt = self.rt();
            quote!(#rt::picture)
        };
        let values: Vec<TokenStream> = body.results[0]
            .iter()
            .map(|id| {
                let value = writer.result(*id, &mut moved);
                match body.graph.node(*id).shape.is_empty() {
                    true => quote!(#p::number(#value)),
                    false => quote!(#p::entries::<T, _>(#value)),
                }
            })
            .collect();
        let description = description(&self.title(), picture, |value| value.to_string());
        let drawing = self.ok(&quote!(#p::draw_arrays(#description, &[#(#values),*])));
        quote!(#checks #steps #drawing)
    }
}

fn errors() -> TokenStream {
    quote!(#[doc = "\n# Errors\nWhere an input or a seed does not have its declared shape, or a label is out of range."])
}
