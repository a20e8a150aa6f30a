//! The traits that a problem of arrays implements.
//!
//! Invariant: every method takes its vectors apart by the shapes that the problem keeps, and fills what it was given to the end,
//! so that a vector of the wrong length is met at its first use.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::Arrays;
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
    fn count(&self, group: usize, shapes: &[&[Dim]]) -> TokenStream {
        let (mixed, kept, group) = (Span::mixed_site(), self.shapes(), literal(group));
        let (rt, sizes) = (self.rt(), 0..shapes.len());
        let sizes = sizes.map(|at| {
            let at = literal(at);
            quote_spanned!(mixed=> #rt::ndarray::Dimension::size(&self.#kept.#group.#at))
        });
        quote!(0 #(+ #sizes)*)
    }

    fn named(&self, group: usize, names: Vec<&Ident>) -> TokenStream {
        let (runtime, rt, mixed) = (self.runtime, self.rt(), Span::mixed_site());
        let (kept, group) = (self.shapes(), literal(group));
        let arrays = names.into_iter().enumerate().map(|(at, name)| {
            let (at, name) = (literal(at), text(name));
            quote_spanned!(mixed=> (#name, #rt::ndarray::Dimension::slice(&self.#kept.#group.#at)))
        });
        quote_spanned!(mixed=> #runtime::Name::among(&[#(#arrays),*], at))
    }

    pub(super) fn input_shapes(&self) -> Vec<&'p [Dim]> {
        self.active().map(|input| &*input.shape).collect()
    }

    fn output_shapes(&self) -> Vec<&'p [Dim]> {
        self.unit
            .outputs
            .iter()
            .map(|output| &*output.shape)
            .collect()
    }

    fn parameter_vector(&self) -> TokenStream {
        let (runtime, usize, mixed) = (self.runtime, self.usize(), Span::mixed_site());
        let count = self.count(0, &self.input_shapes());
        let named = self.named(0, self.active().map(|input| &input.name).collect());
        let methods = quote_spanned! {mixed=>
            fn parameters(&self) -> #usize { #count }
            fn name(&self, at: #usize) -> #runtime::Name { #named }
        };
        self.implementation(Some(quote!(Parameters)), &methods)
    }

    /// Takes the vector `x` apart, and the arguments of the graph's functions that come of it and of the constants.
    fn arguments(&self) -> (TokenStream, TokenStream) {
        let (names, split) = self.split("x", &self.input_shapes(), 0);
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
        let fill = self.fill("gradient", &found, &self.input_shapes());
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
        let inputs = self.input_shapes();
        let (directions, split_direction) = self.split("direction", &inputs, 0);
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
        let (inputs, outputs) = (self.input_shapes(), self.output_shapes());
        let count = self.count(1, &outputs);
        let named = self.named(
            1,
            self.unit
                .outputs
                .iter()
                .map(|output| &output.name)
                .collect(),
        );
        let fill = self.fill("residuals", &self.parts("value", outputs.len()), &outputs);
        let (seeds, split_seeds) = self.split("seeds", &outputs, 1);
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
        let (inputs, outputs) = (self.input_shapes(), self.output_shapes());
        let count = self.count(1, &outputs);
        let (directions, split_direction) = self.split("direction", &inputs, 0);
        let directions = directions
            .iter()
            .zip(&inputs)
            .map(|(name, shape)| reference(name, shape));
        let (seeds, split_seeds) = self.split("seeds", &outputs, 1);
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
