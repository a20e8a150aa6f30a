//! `hessian` and `hvp` of numbers and small arrays.
//!
//! Invariant: what is computed and in which order is the plan's; here the parts get their places in the result.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Emit, Item};
use crate::plan::Body;

impl Emit<'_> {
    pub(super) fn hessian(&self, body: &Body) -> Item {
        let (code, steps) = self.code(body, &self.input_leaves(), &[]);
        let value = code.value(body.results[0][0]);
        let gradient = self.gradient(&code, &body.results[1]);
        let rows = body.results[2..].iter().map(|row| {
            let entries = row.iter().map(|id| code.value(*id));
            quote!([#(#entries),*])
        });
        let count = Literal::usize_unsuffixed(body.results.len() - 2);
        self.new_item(
            "hessian",
            "The value, its gradient, and the matrix of second derivatives: a row and a column an entry of `Grad::to_array`.",
            |prefix| quote!((T, #prefix Grad<T>, [[T; #count]; #count])),
            quote!(#steps (#value, #gradient, [#(#rows),*])),
        )
    }

    pub(super) fn hvp(&self, body: &Body) -> Item {
        let (names, tangents) = self.tangent_params();
        let mut leaves = self.input_leaves();
        leaves.extend(
            self.derivative_leaves(names.clone(), self.active().map(|input| &*input.shape)),
        );
        let (code, steps) = self.code(body, &leaves, &[]);
        let value = code.value(body.results[0][0]);
        let [gradient, product]: [TokenStream; 2] =
            [1, 2].map(|group| self.gradient(&code, &body.results[group]));
        let mut item = self.new_item(
            "hvp",
            "The value, its gradient, and the matrix of second derivatives times a direction, without the matrix.",
            |prefix| quote!((T, #prefix Grad<T>, #prefix Grad<T>)),
            quote!(#steps (#value, #gradient, #product)),
        );
        item.params.extend(tangents);
        item.arguments.extend(quote!(#(#names),*));
        item
    }
}
