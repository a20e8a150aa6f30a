//! The backward pass: the method of `Forward`, and the pullbacks that hold one.
//!
//! Invariant: a method reads the fields of `Forward` and its own arguments, and computes nothing of the forward pass again
//! that the plan saved.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::code::Field;
use super::{Emit, element_indices};
use crate::emit::code::Code;
use crate::emit::target::Item;
use crate::emit::{one_or_tuple, quiet};
use crate::graph::Dim;
use crate::lower::Input;
use crate::plan::Body;

impl<'p> Emit<'p> {
    pub(super) fn seed_params(&self) -> (Vec<Ident>, Vec<TokenStream>) {
        let names = self
            .unit
            .outputs
            .iter()
            .map(|output| self.names.adjoint(&output.name))
            .collect();
        let types = self
            .unit
            .outputs
            .iter()
            .map(|output| self.type_of(&output.shape))
            .collect();
        (names, types)
    }

    pub(super) fn vjp(&self) -> Item {
        let (seeds, types) = self.seed_params();
        let (outputs, arguments) = (self.outputs_type(), self.arguments());
        let [forward, grad] = ["forward", "grad"].map(|name| self.names.local(name));
        let gradients: Vec<_> = self
            .active()
            .map(|input| self.type_of(&input.shape))
            .collect();
        let fields: Vec<_> = self
            .active()
            .map(|input| {
                let name = &input.name;
                quote!(#grad.#name)
            })
            .collect();
        let (gradients, fields) = (one_or_tuple(&gradients), one_or_tuple(&fields));
        let values: Vec<_> = self
            .unit
            .outputs
            .iter()
            .map(|output| {
                let name = &output.name;
                quote!(#forward.#name)
            })
            .collect();
        let values = one_or_tuple(&values);
        let code = self.code_path("forward");
        let core = self.core();
        self.new_item(
            "vjp",
            "The outputs and the pullback, by position: seeds in, adjoints of the inputs out.",
            |_| quote!((#outputs, impl #core::ops::Fn(#(#types),*) -> #gradients)),
            quote! {
                let #forward = #code(#arguments);
                (#values, move |#(#seeds: #types),*| {
                    let #grad = #forward.backward(#(#seeds),*);
                    #fields
                })
            },
        )
    }

    /// The pullback with a place for every input, as calls from other graphs want it.
    pub(super) fn vjp_by_position(&self) -> TokenStream {
        if self.unit.inputs.iter().all(Input::active) {
            return quote!(
                #[doc(hidden)]
                pub use self::vjp as __vjp;
            );
        }
        let (seeds, types) = self.seed_params();
        let (generics, params, arguments, outputs) = (
            self.generics(),
            self.params(),
            self.arguments(),
            self.outputs_type(),
        );
        let core = self.core();
        let [results, found, placed] = self.by_position(|input| self.type_of(&input.shape));
        quote! {
            #[doc(hidden)]
            #[inline]
            pub fn __vjp #generics(#params) -> (#outputs, impl #core::ops::Fn(#(#types),*) -> #results) {
                let (value, pull) = vjp(#arguments);
                (value, move |#(#seeds: #types),*| {
                    let #found = pull(#(#seeds),*);
                    #placed
                })
            }
        }
    }

    /// `impl Forward { fn backward }`, and `jvp` for inline graphs.
    pub(super) fn methods(&self) -> TokenStream {
        let (seeds, types) = self.seed_params();
        let shapes = self.unit.outputs.iter().map(|output| &*output.shape);
        let (code, steps) = self.method_code(&self.plan.backward, 0, &seeds, shapes);
        let gradient = self.gradient(&code, &self.plan.backward.results[0]);
        let (generics, prefix) = (self.generics(), self.prefix());
        let jvp = self
            .plan
            .jvp
            .as_ref()
            .filter(|_| self.is_inline)
            .map(|body| self.inline_jvp(body));
        let quiet = self.is_inline.then(quiet);
        quote! {
            #quiet
            impl #generics #prefix Forward<T> {
                /// The backward pass: multiplies the seeds by local derivatives along every path, and sums.
                #[inline]
                pub fn backward(&self, #(#seeds: #types),*) -> #prefix Grad<T> {
                    #steps
                    #gradient
                }
                #jvp
            }
        }
    }

    /// A method's code, which reads fields, and leaves numbered `skipped` behind the inputs.
    pub(super) fn method_code<'b, 's>(
        &'b self,
        body: &'b Body,
        skipped: usize,
        names: &[Ident],
        shapes: impl Iterator<Item = &'s [Dim]>,
    ) -> (Code<'b>, TokenStream) {
        // Inputs come from fields, so as leaves they have no entries.
        let nothing = (format_ident!("_unused"), &[][..]);
        let mut leaves = vec![nothing; self.unit.inputs.len() + skipped];
        leaves.extend(names.iter().cloned().zip(shapes));
        self.code(body, &leaves, &self.fields())
    }

    /// Where each value of the forward pass is kept.
    fn fields(&self) -> Vec<Field> {
        let definitions = self.unit.definitions.iter().flat_map(|definition| {
            let (name, shape) = (&definition.name, &definition.shape);
            (0..definition.nodes.len()).map(move |at| (name.clone(), element_indices(shape, at)))
        });
        let saved = self.saved().into_iter();
        let saved = saved.map(|name| (name, TokenStream::new()));
        let nodes = self.plan.forward.results[0].iter().chain(&self.plan.saved);
        nodes
            .zip(definitions.chain(saved))
            .map(|(node, (name, indices))| Field {
                node: *node,
                name,
                indices,
            })
            .collect()
    }
}
