//! What a `Forward` keeps of the inputs: they stay borrowed until `into_owned` copies them, so that one may outlive what it was
//! made from, as the steps of a loop of the user's do.
//!
//! Invariant: nothing is copied unless it is asked for.

use proc_macro2::TokenStream;
use quote::quote;

use super::writer::Writer;
use crate::emit::module::Emit;
use crate::emit::target::Target;
use crate::graph::{Kind, Node, Op};
use crate::plan::arrays::ArrayBody;

/// Whether a node is an input that is not copied when it is kept.
pub(super) fn is_borrowed(node: &Node) -> bool {
    matches!(node.op, Op::Input { .. }) && (node.kind == Kind::Labels || !node.shape.is_empty())
}

impl Emit<'_, ArrayBody> {
    /// The type of an input's field.
    pub(super) fn kept_type(&self, node: &Node) -> TokenStream {
        let (rt, dimension) = (self.rt(), self.dimension(node.shape.len()));
        match node.kind {
            Kind::Labels => quote!(#rt::KeptLabels<'a>),
            _ => quote!(#rt::Kept<'a, T, #dimension>),
        }
    }

    /// The method that copies what is borrowed.
    pub(super) fn owned(&self) -> TokenStream {
        if self.is_inline {
            return TokenStream::new();
        }
        let (rt, core, marker, prefix) = (self.rt(), self.core(), &self.inputs, self.prefix());
        let slots = self.field_slots();
        let definitions = slots.iter().map(|slot| &slot.name);
        let (saved, sizes) = (ArrayBody::saved(self), self.size_names());
        let saved = self.plan.saved.iter().zip(&saved).map(|(id, name)| {
            let node = self.plan.forward.graph.node(*id);
            match node.kind {
                Kind::Labels => quote!(#name: #rt::own_labels(self.#name)),
                _ if is_borrowed(node) => quote!(#name: #rt::own(self.#name)),
                _ => quote!(#name: self.#name),
            }
        });
        quote! {
            /// The same without what it borrows from the inputs, which are copied: for a loop that keeps the forward passes of
            /// its steps.
            pub fn into_owned(self) -> #prefix Forward<'static, T> {
                #prefix Forward {
                    #(#definitions: self.#definitions,)*
                    #(#saved,)*
                    #(#sizes: self.#sizes,)*
                    #marker: #core::marker::PhantomData,
                }
            }
        }
    }
}

impl Writer<'_> {
    /// Whether an input is an array that its struct holds as a fixed one.
    fn is_fixed_field(&self, node: &Node) -> bool {
        let Op::Input { input, .. } = node.op else {
            return false;
        };
        let input = self.inputs.get(input.0);
        input.is_some_and(|input| input.is_fixed_field && !input.shape.is_empty())
    }

    /// An input as it is kept.
    pub(super) fn kept_input(&self, node: &Node, value: &TokenStream) -> TokenStream {
        let rt = &self.rt;
        match node.kind {
            Kind::Labels => quote!(#rt::kept_labels(#value)),
            // Made of a fixed array in this call, it outlives it as a copy.
            _ if self.is_fixed_field(node) => quote!(#rt::own(#rt::kept(#value))),
            _ if is_borrowed(node) => quote!(#rt::kept(#value)),
            _ => value.clone(),
        }
    }
}
