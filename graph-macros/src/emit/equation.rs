//! `f::Ode`: the problem as the right side of a differential equation, for both targets.
//!
//! Four functions of the module, which nobody sees, compute the products; the trait takes its slices apart and calls them.
//! Invariant: nothing is computed here, and what a function is not given a direction of, it has no derivative by.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::module::{Emit, Item};
use super::one_or_tuple;
use super::problem::{Group, Problem};
use super::slots::{Seen, nothing};
use super::target::Target;
use crate::graph::Dim;
use crate::plan::equation::Products;
use crate::unit::{Input, Slot};

/// The functions, by what they are products with.
const STATE: [&str; 2] = ["__jac_mul", "__jac_transpose_mul"];
const COEFFICIENTS: [&str; 2] = ["__sens_mul", "__sens_transpose_mul"];

impl<'p, B: Target> Emit<'p, B> {
    pub(super) fn equation_items(&self) -> Vec<Item> {
        let Some(equation) = &self.plan.equation else {
            return Vec::new();
        };
        let mut items = self.products(STATE, &[self.unit.state()], &equation.state);
        if let Some(products) = &equation.coefficients {
            items.extend(self.products(COEFFICIENTS, &self.unit.coefficients(), products));
        }
        items
    }

    fn products(
        &self,
        [along, back]: [&str; 2],
        slots: &[&'p Slot],
        products: &Products<B>,
    ) -> Vec<Item> {
        let (bodies, unit, core) = (self.bodies(), self.unit, self.core());
        let leaves = slots.iter().flat_map(|slot| unit.active_leaves(slot));
        let inputs: Vec<&'p Input> = leaves.map(|leaf| &unit.inputs[leaf]).collect();
        let along = self.behind_inputs(
            (along, ""),
            (slots, &self.tangents_of(inputs.iter().copied())),
            |seen| self.outputs_type(seen),
            &products.along,
            |values, results| self.outputs(values, &results[0], bodies),
        );
        let shapes: Vec<&[Dim]> = inputs.iter().map(|input| &*input.shape).collect();
        let results: Vec<&Slot> = unit.results.iter().collect();
        let adjoints = |seen: Seen| {
            let types = slots.iter().map(|slot| {
                let shape = &unit.inputs[slot.leaves.start].shape;
                self.slot_owned(slot, shape, seen)
            });
            one_or_tuple(&types.collect::<Vec<_>>())
        };
        let back = self.behind_inputs(
            (back, ""),
            (&results, &self.seeds()),
            adjoints,
            &products.back,
            |values, found| {
                let leaves = values.packed(&found[0], &shapes);
                let nothing = |input: &Input| nothing(input, &core);
                one_or_tuple(&self.values_of(slots, leaves, &nothing, bodies))
            },
        );
        let hidden = |item| Item {
            docs: quote!(#[doc(hidden)]),
            ..item
        };
        [along, back].map(hidden).into()
    }
}

impl Problem<'_> {
    /// The type, for the module.
    pub fn ode(&self) -> TokenStream {
        let [declared, passed] = self.target.alias(self);
        quote! {
            /// The problem as the right side of a differential equation.
            pub type Ode #declared = Problem #passed;
        }
    }

    /// The trait, for beside it.
    pub fn dynamics(&self) -> TokenStream {
        let (rt, mixed) = (self.rt(), Span::mixed_site());
        let (states, coefficients) = (
            self.target.count(self, Group::State),
            self.target.count(self, Group::Coefficients),
        );
        let (read, arguments) = self.state_and_coefficients();
        let value = self.call(None, &arguments);
        let outputs = |vector: &str, local: &str| {
            let values = self.values(local, Group::Outputs);
            self.write(vector, &values, Group::Outputs)
        };
        let write = outputs("dy", "value");
        let product = |item: &str, taken: Group, given: Group| {
            let (read_direction, direction) = self.directions("v", taken);
            let product = self.call(Some(item), &quote!(#arguments, #direction));
            let write = self.write("out", &self.values("found", given), given);
            quote_spanned! {mixed=>
                #read
                #read_direction
                let found = #product;
                #write
            }
        };
        let products = |[along, back]: [&str; 2], group| {
            [
                product(along, group, Group::Outputs),
                product(back, Group::Outputs, group),
            ]
        };
        let [jac, jac_transpose] = products(STATE, Group::State);
        let has_coefficients = !self.shapes(Group::Coefficients).is_empty();
        let [sens, sens_transpose] = match has_coefficients {
            true => products(COEFFICIENTS, Group::Coefficients),
            // Nothing moves, and nothing comes back.
            false => [
                quote_spanned!(mixed=> out.fill(T::of(0.0));),
                TokenStream::new(),
            ],
        };
        let vectors = quote_spanned!(mixed=> &self, t: T, y: &[T], p: &[T]);
        let methods = quote_spanned! {mixed=>
            #[inline]
            fn states(&self) -> #rt::core::primitive::usize { #states }
            #[inline]
            fn coefficients(&self) -> #rt::core::primitive::usize { #coefficients }
            #[inline]
            #[track_caller]
            fn rhs(#vectors, dy: &mut [T]) { #read let value = #value; #write }
            #[inline]
            #[track_caller]
            fn jac_mul(#vectors, v: &[T], out: &mut [T]) { #jac }
            #[inline]
            #[track_caller]
            fn jac_transpose_mul(#vectors, v: &[T], out: &mut [T]) { #jac_transpose }
            #[inline]
            #[track_caller]
            fn sens_mul(#vectors, v: &[T], out: &mut [T]) { #sens }
            #[inline]
            #[track_caller]
            fn sens_transpose_mul(#vectors, v: &[T], out: &mut [T]) { #sens_transpose }
        };
        self.implementation("Dynamics", &methods)
    }

    /// Takes the vectors `y` and `p` apart, and the arguments of the graph's functions that come of them, of `t` and of the
    /// constants.
    fn state_and_coefficients(&self) -> (TokenStream, TokenStream) {
        let (state, mut read) = self.read("y", Group::State);
        let (coefficients, further) = self.read("p", Group::Coefficients);
        read.extend(further);
        let time = Ident::new("t", Span::mixed_site());
        let names = [time].into_iter().chain(state).chain(coefficients);
        let arguments = self.arguments(names, &mut read);
        (read, arguments)
    }
}
