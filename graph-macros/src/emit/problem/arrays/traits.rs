//! The traits that a problem of arrays implements.
//!
//! Invariant: every method takes its vectors apart by the shapes that the problem keeps, and fills what it was given to the end,
//! so that a vector of the wrong length is met at its first use.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{Arrays, Group};
use crate::emit::module_name;
use crate::emit::problem::{literal, second_order};
use crate::graph::Dim;
use crate::plan;
use crate::syntax::text;

impl<'p> Arrays<'p> {
    pub(super) fn traits(&self) -> TokenStream {
        let parameters = self.parameter_vector();
        let first = match plan::single_number(self.unit) {
            true => self.objective(),
            false => self.residuals(),
        };
        let second = second_order(self.unit).then(|| self.second_order());
        let directional = self.directional();
        quote!(#parameters #first #second #directional)
    }

    /// How many entries the shapes of a group have.
    fn count(&self, group: Group) -> TokenStream {
        let (rt, mixed) = (self.rt(), Span::mixed_site());
        let sizes = self.kept(group).into_iter();
        let sizes =
            sizes.map(|field| quote_spanned!(mixed=> #rt::ndarray::Dimension::size(&self.#field)));
        quote!(0 #(+ #sizes)*)
    }

    fn named<'n>(&self, group: Group, names: impl Iterator<Item = &'n Ident>) -> TokenStream {
        let (runtime, rt, mixed) = (self.runtime, self.rt(), Span::mixed_site());
        let arrays = names.zip(self.kept(group)).map(|(name, field)| {
            let name = text(name);
            quote_spanned!(mixed=> (#name, #rt::ndarray::Dimension::slice(&self.#field)))
        });
        quote_spanned!(mixed=> #runtime::Name::among(&[#(#arrays),*], at))
    }

    fn parameter_vector(&self) -> TokenStream {
        let (runtime, usize, mixed) = (self.runtime, self.usize(), Span::mixed_site());
        let count = self.count(Group::Inputs);
        let named = self.named(Group::Inputs, self.active().map(|input| &input.name));
        let methods = quote_spanned! {mixed=>
            fn parameters(&self) -> #usize { #count }
            fn name(&self, at: #usize) -> #runtime::Name { #named }
        };
        self.implementation(Some(quote!(Parameters)), &methods)
    }

    /// Takes the vector `x` apart, and the arguments of the graph's functions that come of it and of the constants.
    fn arguments(&self) -> (TokenStream, TokenStream) {
        let (names, split) = self.split("x", Group::Inputs);
        let mut names = names.into_iter();
        let arguments = self.unit.inputs.iter().map(|input| {
            let name = &input.name;
            match input.active().then(|| names.next()).flatten() {
                None => quote_spanned!(Span::mixed_site()=> self.#name),
                Some(local) => reference(&local, &input.shape),
            }
        });
        (split, quote!(#(#arguments),*))
    }

    fn objective(&self) -> TokenStream {
        let (rt, name, mixed) = (self.rt(), &module_name(self.function), Span::mixed_site());
        let (split, arguments) = self.arguments();
        let found: Vec<TokenStream> = self
            .active()
            .map(|input| {
                let name = &input.name;
                quote_spanned!(mixed=> found.#name)
            })
            .collect();
        let fill = self.fill("gradient", &found, &self.shapes(Group::Inputs));
        let methods = quote_spanned! {mixed=>
            #[track_caller]
            fn value(&self, x: &[T]) -> T {
                #split
                #rt::checked(#name(#arguments))
            }
            #[track_caller]
            fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
                #split
                let (value, found) = #rt::checked(#name::value_and_grad(#arguments));
                #fill
                value
            }
        };
        self.implementation(Some(quote!(Objective<T>)), &methods)
    }

    /// The Hessian row by row, each by `hvp`.
    fn second_order(&self) -> TokenStream {
        let (runtime, rt) = (self.runtime, self.rt());
        let (name, mixed) = (&module_name(self.function), Span::mixed_site());
        let (split, arguments) = self.arguments();
        let inputs = self.shapes(Group::Inputs);
        let (directions, split_direction) = self.split("direction", Group::Inputs);
        let directions = directions.iter().zip(&inputs);
        let directions = directions.map(|(name, shape)| reference(name, shape));
        let product: Vec<TokenStream> = self
            .active()
            .map(|input| {
                let name = &input.name;
                quote_spanned!(mixed=> product.#name)
            })
            .collect();
        let fill = self.fill("row", &product, &inputs);
        let methods = quote_spanned! {mixed=>
            #[track_caller]
            fn hessian(&self, x: &[T], gradient: &mut [T], hessian: &mut [T]) -> T {
                #split
                #rt::symmetric(#runtime::Parameters::parameters(self), hessian, |direction: &[T], row: &mut [T]| {
                    #split_direction
                    let (_, _, product) = #rt::checked(#name::hvp(#arguments, #(#directions),*));
                    #fill
                });
                #runtime::Objective::gradient(self, x, gradient)
            }
        };
        self.implementation(Some(quote!(SecondOrder<T>)), &methods)
    }

    /// The values in a local that holds one value, or a tuple of several.
    fn parts(&self, local: &str, count: usize) -> Vec<TokenStream> {
        let local = Ident::new(local, Span::mixed_site());
        match count {
            1 => vec![quote!(#local)],
            _ => (0..count)
                .map(|at| {
                    let at = literal(at);
                    quote!(#local.#at)
                })
                .collect(),
        }
    }

    fn residuals(&self) -> TokenStream {
        let (runtime, rt, usize) = (self.runtime, self.rt(), self.usize());
        let (name, mixed) = (&module_name(self.function), Span::mixed_site());
        let (split, arguments) = self.arguments();
        let (inputs, outputs) = (self.shapes(Group::Inputs), self.shapes(Group::Outputs));
        let count = self.count(Group::Outputs);
        let names = self.unit.outputs.iter().map(|output| &output.name);
        let named = self.named(Group::Outputs, names);
        let fill = self.fill("residuals", &self.parts("value", outputs.len()), &outputs);
        let (seeds, split_seeds) = self.split("seeds", Group::Outputs);
        let seeds = seeds
            .iter()
            .zip(&outputs)
            .map(|(seed, shape)| reference(seed, shape));
        let fill_row = self.fill("row", &self.parts("found", inputs.len()), &inputs);
        let methods = quote_spanned! {mixed=>
            fn outputs(&self) -> #usize { #count }
            fn output_name(&self, at: #usize) -> #runtime::Name { #named }
            #[track_caller]
            fn residuals(&self, x: &[T], residuals: &mut [T]) {
                #split
                let value = #rt::checked(#name(#arguments));
                #fill
            }
            #[track_caller]
            fn jacobian(&self, x: &[T], residuals: &mut [T], jacobian: &mut [T]) {
                let (rows, columns) = (#runtime::Directional::seeds(self), #runtime::Parameters::parameters(self));
                #rt::of_length(rows * columns, <[_]>::len(jacobian));
                if columns < rows {
                    return #rt::columns(self, x, residuals, jacobian);
                }
                #split
                let (value, pull) = #rt::checked(#name::vjp(#arguments));
                #fill
                #rt::rows(rows, columns, jacobian, |seeds: &[T], row: &mut [T]| {
                    #split_seeds
                    let found = #rt::checked(pull(#(#seeds),*));
                    #fill_row
                });
            }
        };
        self.implementation(Some(quote!(Residuals<T>)), &methods)
    }

    fn directional(&self) -> TokenStream {
        let (rt, usize) = (self.rt(), self.usize());
        let (name, mixed) = (&module_name(self.function), Span::mixed_site());
        let (split, arguments) = self.arguments();
        let (inputs, outputs) = (self.shapes(Group::Inputs), self.shapes(Group::Outputs));
        let count = self.count(Group::Outputs);
        let (directions, split_direction) = self.split("direction", Group::Inputs);
        let directions = directions
            .iter()
            .zip(&inputs)
            .map(|(name, shape)| reference(name, shape));
        let (seeds, split_seeds) = self.split("seeds", Group::Outputs);
        let seeds = seeds
            .iter()
            .zip(&outputs)
            .map(|(seed, shape)| reference(seed, shape));
        let fill_outputs = self.fill("outputs", &self.parts("value", outputs.len()), &outputs);
        let fill_change = self.fill("change", &self.parts("moved", outputs.len()), &outputs);
        let fill_adjoints = self.fill("adjoints", &self.parts("found", inputs.len()), &inputs);
        let methods = quote_spanned! {mixed=>
            fn seeds(&self) -> #usize { #count }
            #[track_caller]
            fn jvp(&self, x: &[T], direction: &[T], outputs: &mut [T], change: &mut [T]) {
                #split
                #split_direction
                let (value, moved) = #rt::checked(#name::jvp(#arguments, #(#directions),*));
                #fill_outputs
                #fill_change
            }
            #[track_caller]
            fn vjp(&self, x: &[T], seeds: &[T], outputs: &mut [T], adjoints: &mut [T]) {
                #split
                #split_seeds
                let (value, pull) = #rt::checked(#name::vjp(#arguments));
                #fill_outputs
                let found = #rt::checked(pull(#(#seeds),*));
                #fill_adjoints
            }
        };
        self.implementation(Some(quote!(Directional<T>)), &methods)
    }
}

/// A local as an argument: a number as it is, a view by reference.
fn reference(local: &Ident, shape: &[Dim]) -> TokenStream {
    match shape.is_empty() {
        true => quote!(#local),
        false => quote!(&#local),
    }
}
