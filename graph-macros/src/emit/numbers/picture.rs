//! `picture` for numbers and small arrays.
//!
//! Invariant: nothing is here unless the plan has a picture.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Emit;
use crate::emit::picture::{DOCS, drawing, kept, quantity};
use crate::emit::quiet;
use crate::graph::Dim;
use crate::plan::picture::Numbers;

impl Emit<'_> {
    /// The module's function, and its body where that must stand outside.
    pub(super) fn picture(&self) -> (TokenStream, TokenStream) {
        let Some(picture) = &self.plan.picture else {
            return Default::default();
        };
        let (seeds, types) = self.seed_params();
        let (runtime, params, arguments) = (self.runtime, self.params(), self.arguments());
        let head = quote!(fn picture<T: #runtime::Number>(#params #(#seeds: #types),*) -> #runtime::picture::Picture);
        let body = self.drawn(picture, &seeds);
        if !self.outside {
            return (
                quote!(#[doc = #DOCS] pub #head { #body }),
                TokenStream::new(),
            );
        }
        let (module, quiet) = (&self.function.name, quiet());
        let conditions = crate::emit::conditions(self.function);
        (
            quote!(#[doc = #DOCS] pub #head { Code::picture(#arguments #(#seeds),*) }),
            quote!(#(#conditions)* #quiet impl #module::Code { #head { #body } }),
        )
    }

    /// The method of an inline graph's `Forward`, which computes everything again from the inputs.
    pub(super) fn inline_picture(&self) -> TokenStream {
        let Some(picture) = &self.plan.picture else {
            return TokenStream::new();
        };
        let (seeds, types) = self.seed_params();
        let (runtime, quiet, body) = (self.runtime, quiet(), self.drawn(picture, &seeds));
        let loads = self
            .kept_names()
            .map(|(name, field)| quote!(let #name = self.#field;));
        quote! {
            #quiet
            impl<T: #runtime::Number> Forward<T> {
                #[doc = #DOCS]
                pub fn picture(&self, #(#seeds: #types),*) -> #runtime::picture::Picture {
                    #(#loads)*
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
        let shapes = self.unit.inputs.iter().map(|input| Some(&*input.shape));
        let shapes: Vec<Option<&[Dim]>> = shapes.chain(self.rust.iter().map(|_| None)).collect();
        let fields = self.kept_names().zip(shapes);
        let fields = fields.map(|((_, field), shape)| {
            let of = shape.map_or_else(
                || quote!(#core::primitive::f64),
                |shape| self.type_of(shape),
            );
            quote!(#field: #of,)
        });
        fields.collect()
    }

    /// Their values, where the inputs are at hand.
    pub(super) fn kept_values(&self) -> TokenStream {
        self.kept_names()
            .map(|(name, field)| quote!(#field: #name,))
            .collect()
    }
}
