//! `hessian` and `hvp` of numbers and small arrays.
//!
//! Invariant: what is computed and in which order is the plan's; here the parts get their places in the result.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Emit;
use crate::emit::target::Item;
use crate::plan::Body;

impl Emit<'_> {
    pub(super) fn hessian(&self, body: &Body) -> Item {
        let count = Literal::usize_unsuffixed(body.results.len() - 2);
        let result = |prefix: &TokenStream| quote!((T, #prefix Grad<T>, [[T; #count]; #count]));
        let leaves = self.input_leaves();
        let body = self.complete(body, &leaves, &result(&self.prefix()), &|code, body| {
            let value = code.value(body.results[0][0]);
            let gradient = self.gradient(code, &body.results[1]);
            let rows = body.results[2..].iter().map(|row| {
                let entries = row.iter().map(|id| code.value(*id));
                quote!([#(#entries),*])
            });
            quote!((#value, #gradient, [#(#rows),*]))
        });
        self.new_item(
            "hessian",
            "The value, its gradient, and the matrix of second derivatives: a row and a column an entry of `Grad::to_array`.",
            result,
            body,
        )
    }

    pub(super) fn hvp(&self, body: &Body) -> Item {
        let result = |prefix: &TokenStream| quote!((T, #prefix Grad<T>, #prefix Grad<T>));
        let (names, tangents) = self.tangent_params();
        let mut leaves = self.input_leaves();
        leaves.extend(
            self.derivative_leaves(names.clone(), self.active().map(|input| &*input.shape)),
        );
        let body = self.complete(body, &leaves, &result(&self.prefix()), &|code, body| {
            let value = code.value(body.results[0][0]);
            let [gradient, product] = [1, 2].map(|group| self.gradient(code, &body.results[group]));
            quote!((#value, #gradient, #product))
        });
        let item = self.new_item(
            "hvp",
            "The value, its gradient, and the matrix of second derivatives times a direction, without the matrix.",
            result,
            body,
        );
        item.takes(&tangents, &quote!(#(#names),*))
    }
}
