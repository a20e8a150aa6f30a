//! Where the entries of sparse matrices stand that come in slots: the rules of the plan as values of the runtime, of sizes and labels that
//! the function at hand has bound.
//!
//! Invariant: what a rule reads, the checks in front of it have found to be there.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::problem::Arrays;
use crate::emit::problem::{Group, Problem};
use crate::emit::sparse::Shown;
use crate::graph::Dim;
use crate::plan::sparse::{By, Entries, Rule, Slot};

impl Arrays<'_> {
    /// The places of the entries of matrices, as fields.
    pub(super) fn places(&self, of: &Problem, matrices: &[Shown]) -> TokenStream {
        let rt = of.rt();
        let fields = matrices.iter().map(|matrix| {
            let field = self.own_name(matrix.name);
            let slots = slots(matrix.entries).iter().map(|slot| {
                let extents = slot.shape.iter().map(|dim| self.emit.extent(dim));
                let [row, column] = [
                    (&slot.row, matrix.sides[0]),
                    (&slot.column, matrix.sides[1]),
                ]
                .map(|(rule, group)| self.rule(of, rule, group));
                let leaves = slot.leaves;
                quote! {
                    #rt::Slot { extents: &[#(#extents),*], row: #row, column: #column, leaves: #leaves }
                }
            });
            let [height, width] = matrix.sides.map(|group| self.sizes(&of.shapes(group)));
            let is_triangle = matrix.is_triangle;
            quote!(#field: #rt::Places::new([#height, #width], #is_triangle, &[#(#slots),*]),)
        });
        fields.collect()
    }

    /// How many entries arrays have together.
    fn sizes(&self, shapes: &[&[Dim]]) -> TokenStream {
        let sizes = shapes.iter().map(|shape| {
            let extents = shape.iter().map(|dim| self.emit.extent(dim));
            quote!(1 #(* #extents)*)
        });
        quote!(0 #(+ #sizes)*)
    }

    /// Where the entry of a group of arrays lies, row by row and one behind the other.
    fn rule(&self, of: &Problem, rule: &Rule, group: Group) -> TokenStream {
        let (rt, shapes) = (of.rt(), of.shapes(group));
        let (before, shape) = (self.sizes(&shapes[..rule.leaf]), shapes[rule.leaf]);
        let axes = rule.along.iter().enumerate().map(|(at, step)| {
            let (extent, stride) = (
                self.emit.extent(&shape[at]),
                self.sizes(&[&shape[at + 1..]]),
            );
            let first = self.signed(of, &step.first);
            let by = match &step.by {
                By::Nothing => quote!(#rt::By::Nothing),
                By::Axis { axis, is_backwards } => {
                    let by = if *is_backwards {
                        quote!(Backwards)
                    } else {
                        quote!(Forwards)
                    };
                    quote!(#rt::By::#by(#axis))
                }
                By::Label { input, from, axis } => {
                    let (name, from) =
                        (&self.emit.unit.inputs[input.0].name, self.emit.extent(from));
                    quote!(#rt::By::Label(#axis, &#name[#from..]))
                }
            };
            quote!(#rt::Along { extent: #extent, stride: #stride, first: #first, by: #by })
        });
        quote!(#rt::Index { before: #before, axes: &[#(#axes),*] })
    }

    /// An extent or index, in arithmetic that may be negative.
    fn signed(&self, of: &Problem, dim: &Dim) -> TokenStream {
        let rt = of.rt();
        let offset = Literal::i64_unsuffixed(dim.offset);
        match &dim.name {
            None => quote!((#offset as #rt::core::primitive::isize)),
            Some(_) => {
                let size = self.emit.extent(&dim.shifted(-dim.offset));
                quote!((#size as #rt::core::primitive::isize + #offset))
            }
        }
    }
}

/// The slots of a matrix, in which entries of arrays of any size come.
pub fn slots(entries: &Entries) -> &[Slot] {
    match entries {
        Entries::Slots(slots) => slots,
        Entries::Listed(_) => unreachable!("the entries of arrays are not listed"),
    }
}
