//! `forward` and the functions that compute values and derivatives in one sweep.
//!
//! Invariant: what is computed and in which order is the plan's; here the parts get their places in the result.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::code::{pack, reads};
use super::{Emit, entries_of};
use crate::emit::code::Code;
use crate::emit::names::private;
use crate::emit::one_or_tuple;
use crate::emit::target::Item;
use crate::graph::Dim;
use crate::plan::Body;

impl<'p> Emit<'p> {
    pub(super) fn forward(&self) -> Item {
        let body = &self.plan.forward;
        let (code, steps) = self.code(body, &self.input_leaves(), &[]);
        let shapes = self
            .unit
            .definitions
            .iter()
            .map(|definition| &*definition.shape);
        let values = pack(&code, &body.results[0], shapes);
        let names = self
            .unit
            .definitions
            .iter()
            .map(|definition| &definition.name);
        let saved = self.saved();
        let kept = self.plan.saved.iter().map(|id| code.value(*id));
        let (prefix, inputs) = (self.prefix(), self.kept_values());
        self.new_item(
            "forward",
            "The forward pass: every definition, and what the backward pass needs.",
            |prefix| quote!(#prefix Forward<T>),
            quote!(#steps #prefix Forward { #(#names: #values,)* #(#saved: #kept,)* #inputs }),
        )
    }

    /// The private fields of `Forward`, named like the values of `forward` that they hold.
    pub(super) fn saved(&self) -> Vec<Ident> {
        let params: Vec<&Ident> = self.unit.inputs.iter().map(|input| &input.name).collect();
        let forward = &self.plan.forward;
        let nothing = vec![false; forward.graph.len()];
        let names = self.names_of(forward, &params, &reads(forward), &nothing);
        let saved = self.plan.saved.iter();
        saved.map(|id| private(&names[id])).collect()
    }

    pub(super) fn value_and_grad(&self, body: &Body) -> Item {
        let outputs = self.outputs_type();
        let result = |prefix: &TokenStream| quote!((#outputs, #prefix Grad<T>));
        let body = self.complete(
            body,
            &self.input_leaves(),
            &result(&self.prefix()),
            &|code, body| {
                let value = one_or_tuple(&self.packed(code, &body.results[0]));
                let gradient = self.gradient(code, &body.results[1]);
                quote!((#value, #gradient))
            },
        );
        self.new_item(
            "value_and_grad",
            "The value and its gradient in one sweep.",
            result,
            body,
        )
    }

    pub(super) fn jacobian(&self, body: &Body) -> Item {
        let result = self.jacobian_type(&self.prefix());
        let body = self.complete(body, &self.input_leaves(), &result, &|code, body| {
            let value = one_or_tuple(&self.packed(code, &body.results[0]));
            let matrix = self.matrix(code, body);
            quote!((#value, #matrix))
        });
        self.jacobian_item(body)
    }

    /// Of one number: its gradient, in the places of a row.
    pub(super) fn jacobian_of_gradient(&self) -> Item {
        let (prefix, arguments) = (self.prefix(), self.arguments());
        let code = self.code_path("value_and_grad");
        let [value, grad] = ["value", "grad"].map(|name| self.names.local(name));
        let rows = self.active().map(|input| {
            let (name, entries) = (&input.name, entries_of(&grad, input));
            quote!(#name: [[#(#entries),*]])
        });
        self.jacobian_item(quote! {
            let (#value, #grad) = #code(#arguments);
            (#value, #prefix Jacobian { #(#rows),* })
        })
    }

    fn jacobian_type(&self, prefix: &TokenStream) -> TokenStream {
        let outputs = self.outputs_type();
        quote!((#outputs, #prefix Jacobian<T>))
    }

    fn jacobian_item(&self, body: TokenStream) -> Item {
        self.new_item(
            "jacobian",
            "The outputs and all their partial derivatives.",
            |prefix| self.jacobian_type(prefix),
            body,
        )
    }

    fn matrix(&self, code: &Code, body: &Body) -> TokenStream {
        let mut first = 0;
        let fields = self.active().map(|input| {
            let columns = first..first + input.nodes.len();
            first = columns.end;
            let rows = body.results[1..].iter().map(|row| {
                let entries = row[columns.clone()].iter().map(|id| code.value(*id));
                quote!([#(#entries),*])
            });
            let name = &input.name;
            quote!(#name: [#(#rows),*])
        });
        let prefix = self.prefix();
        quote!(#prefix Jacobian { #(#fields),* })
    }

    pub(super) fn jvp(&self, body: &Body) -> Item {
        let (names, tangents) = self.tangent_params();
        let mut leaves = self.input_leaves();
        leaves.extend(
            self.derivative_leaves(names.clone(), self.active().map(|input| &*input.shape)),
        );
        let (code, steps) = self.code(body, &leaves, &[]);
        let value = one_or_tuple(&self.packed(&code, &body.results[0]));
        let tangent = one_or_tuple(&self.packed(&code, &body.results[1]));
        let outputs = self.outputs_type();
        let item = self.new_item(
            "jvp",
            "The outputs and their change along a direction: forward mode.",
            |_| quote!((#outputs, #outputs)),
            quote!(#steps (#value, #tangent)),
        );
        item.takes(&tangents, &quote!(#(#names),*))
    }

    pub(super) fn tangent_params(&self) -> (Vec<Ident>, TokenStream) {
        let names: Vec<Ident> = self
            .active()
            .map(|input| self.names.adjoint(&input.name))
            .collect();
        let types = self.active().map(|input| self.type_of(&input.shape));
        let params = quote!(#(#names: #types),*);
        (names, params)
    }

    /// Leaves behind the inputs: their names, and the shapes they share with what they are derivatives of.
    pub(super) fn derivative_leaves<'s>(
        &self,
        names: Vec<Ident>,
        shapes: impl Iterator<Item = &'s [Dim]>,
    ) -> Vec<(Ident, &'s [Dim])> {
        names.into_iter().zip(shapes).collect()
    }
}
