//! `picture` for arrays of any size.
//!
//! Invariant: nothing is here unless the plan has a picture.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::body::Moves;
use super::{Emit, Leaf};
use crate::emit::picture::{DOCS, drawing, kept};
use crate::emit::quiet;
use crate::plan::picture::Arrays;

impl Emit<'_> {
    /// The module's function, and its body where that must stand outside.
    pub(super) fn picture(&self) -> (TokenStream, TokenStream) {
        let Some(picture) = &self.plan.picture else {
            return Default::default();
        };
        let (seeds, types) = self.seeds();
        let names: Vec<_> = seeds.iter().map(|leaf| leaf.name.clone()).collect();
        let (params, arguments, generics) = (self.params(), self.arguments(), self.generics());
        let (runtime, errors, checks) = (self.runtime, errors(), self.checks());
        let result = self.fallible(&quote!(#runtime::picture::Picture));
        let head = quote!(fn picture #generics(#params #(#names: #types),*) -> #result);
        let body = self.drawn(picture, seeds);
        let body = quote!(#checks #body);
        if !self.outside {
            return (
                quote!(#[doc = #DOCS] #errors pub #head { #body }),
                TokenStream::new(),
            );
        }
        let (module, quiet) = (&self.function.name, quiet());
        let conditions = crate::emit::conditions(self.function);
        (
            quote!(#[doc = #DOCS] #errors pub #head { Code::picture(#arguments #(#names),*) }),
            quote!(#(#conditions)* #quiet impl #module::Code { #head { #body } }),
        )
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
        let loads = self
            .kept_names()
            .map(|(name, field)| quote!(let #name = self.#field;));
        quote! {
            #quiet
            impl #generics Forward<'a, T> {
                #[doc = #DOCS] #errors
                pub fn picture(&self, #(#names: #types),*) -> #result {
                    #(#loads)*
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
        let drawing = self.ok(&drawing(picture, self.runtime, &values));
        quote!(#checks #steps #drawing)
    }

    /// What an inline graph's `Forward` keeps for its picture: the name in the code, and the field.
    fn kept_names(&self) -> impl Iterator<Item = (&Ident, Ident)> {
        let keeps = self.is_inline && self.plan.picture.is_some();
        let inputs = self.unit.inputs.iter().map(|input| &input.name);
        let names = inputs.chain(&self.rust).filter(move |_| keeps);
        names.map(|name| (name, kept(name)))
    }

    /// The fields of what is kept.
    pub(super) fn kept_fields(&self) -> TokenStream {
        let core = self.core();
        let inputs = self.unit.inputs.iter();
        let inputs = inputs.map(|input| self.borrowed(&input.shape, input.labels, &quote!('a)));
        let types = inputs.chain(self.rust.iter().map(|_| quote!(#core::primitive::f64)));
        let types: Vec<TokenStream> = types.collect();
        let fields = self.kept_names().zip(types);
        fields
            .map(|((_, field), of)| quote!(#field: #of,))
            .collect()
    }

    /// Their values, where the inputs are at hand.
    pub(super) fn kept_values(&self) -> TokenStream {
        self.kept_names()
            .map(|(name, field)| quote!(#field: #name,))
            .collect()
    }
}

fn errors() -> TokenStream {
    quote!(#[doc = "\n# Errors\nWhere an input or a seed does not have its declared shape, or a label is out of range."])
}
