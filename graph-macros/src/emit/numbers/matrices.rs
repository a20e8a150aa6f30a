//! Gradients in one sweep with the value, Jacobians and Hessians, of numbers and small arrays.
//!
//! Invariant: what is computed and in which order is the plan's; here the parts get their places in the result.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::derived;
use crate::emit::items::number;
use crate::emit::module::{Emit, Item};
use crate::emit::slots::Seen;
use crate::emit::target::Values;
use crate::graph::NodeId;
use crate::plan::ScalarBody;
use crate::syntax::text;

impl Emit<'_, ScalarBody> {
    pub(super) fn value_and_grad(&self, body: &ScalarBody) -> Item {
        let seen = self.bodies();
        let result = |seen: Seen| {
            let (outputs, prefix) = (self.outputs_type(seen), self.prefix_at(seen));
            quote!((#outputs, #prefix Grad<T>))
        };
        let make = |values: &dyn Values, body: &ScalarBody| {
            let value = self.outputs(values, &body.results[0], seen);
            let gradient = self.gradient(values, &body.results[1]);
            quote!((#value, #gradient))
        };
        let opened = self.opened();
        let body = self.complete(body, &self.input_leaves(), &result(seen), &make);
        self.new_item(
            "value_and_grad",
            "The value and its gradient in one sweep.",
            result,
            quote!(#opened #body),
        )
    }

    pub(super) fn jacobian(&self, body: &ScalarBody) -> Item {
        let (seen, opened) = (self.bodies(), self.opened());
        let result = self.jacobian_type(seen);
        let make = |values: &dyn Values, body: &ScalarBody| {
            let value = self.outputs(values, &body.results[0], seen);
            let matrix = self.matrix(values, body);
            quote!((#value, #matrix))
        };
        let body = self.complete(body, &self.input_leaves(), &result, &make);
        self.jacobian_item(quote!(#opened #body))
    }

    /// Of one number: its gradient, in the places of a row.
    pub(super) fn jacobian_of_gradient(&self) -> Item {
        let (prefix, arguments) = (self.prefix(), self.arguments());
        let code = self.code_path("value_and_grad");
        let [value, grad] = ["value", "grad"].map(|name| self.names.local(name));
        let rows = self.active_slots().map(|slot| {
            let (name, entries) = (&slot.name, self.entries_of(&grad, slot));
            quote!(#name: [[#(#entries),*]])
        });
        self.jacobian_item(quote! {
            let (#value, #grad) = #code(#arguments);
            (#value, #prefix Jacobian { #(#rows),* })
        })
    }

    fn jacobian_type(&self, seen: Seen) -> TokenStream {
        let (outputs, prefix) = (self.outputs_type(seen), self.prefix_at(seen));
        quote!((#outputs, #prefix Jacobian<T>))
    }

    fn jacobian_item(&self, body: TokenStream) -> Item {
        self.new_item(
            "jacobian",
            "The outputs and all their partial derivatives.",
            |seen| self.jacobian_type(seen),
            body,
        )
    }

    fn matrix(&self, values: &dyn Values, body: &ScalarBody) -> TokenStream {
        let mut first = 0;
        let fields = self.active_slots().map(|slot| {
            let columns = first..first + self.columns_of(slot);
            first = columns.end;
            let rows = body.results[1..].iter();
            let rows = rows.map(|row| entries(values, &row[columns.clone()]));
            let name = &slot.name;
            quote!(#name: [#(#rows),*])
        });
        let prefix = self.prefix();
        quote!(#prefix Jacobian { #(#fields),* })
    }

    pub(super) fn hessian(&self, body: &ScalarBody) -> Item {
        let count = Literal::usize_unsuffixed(body.results.len() - 2);
        let opened = self.opened();
        let result = |seen: Seen| {
            let prefix = self.prefix_at(seen);
            quote!((T, #prefix Grad<T>, [[T; #count]; #count]))
        };
        let make = |values: &dyn Values, body: &ScalarBody| {
            let value = number(values, &body.results[0]);
            let gradient = self.gradient(values, &body.results[1]);
            let rows = body.results[2..].iter().map(|row| entries(values, row));
            quote!((#value, #gradient, [#(#rows),*]))
        };
        let body = self.complete(body, &self.input_leaves(), &result(self.bodies()), &make);
        self.new_item(
            "hessian",
            "The value, its gradient, and the matrix of second derivatives: a row and a column per entry of `Grad::to_array`.",
            result,
            quote!(#opened #body),
        )
    }

    pub(super) fn jacobian_struct(&self) -> TokenStream {
        let (core, derived) = (self.core(), derived(&self.core(), true));
        let outputs = self.unit.outputs.iter();
        let outputs = outputs.map(|output| output.nodes.len()).sum();
        let outputs = Literal::usize_unsuffixed(outputs);
        let fields = self.active_slots().map(|slot| {
            let name = &slot.name;
            let inputs = Literal::usize_unsuffixed(self.columns_of(slot));
            let docs = format!(
                "The partial derivatives with respect to `{}`: a row per output, a column per entry.",
                text(name)
            );
            quote!(#[doc = #docs] pub #name: [[T; #inputs]; #outputs])
        });
        quote! {
            /// All partial derivatives of the outputs with respect to the inputs.
            #derived
            pub struct Jacobian<T = #core::primitive::f64> { #(#fields,)* }
        }
    }
}

fn entries(values: &dyn Values, row: &[NodeId]) -> TokenStream {
    let entries = values.packed(row, &vec![&[][..]; row.len()]);
    quote!([#(#entries),*])
}
