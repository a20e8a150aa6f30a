//! The problem of a graph over arrays of any size.
//!
//! Invariant: `new` makes every check that the graph's functions make, on the same arrays, and the problem keeps the shapes
//! it has seen. So nothing that a method calls can fail, and views into the vector need no check but its length.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{CHECK_DOCS, PROBLEM_DOCS, Parts, checks, second_order};
use crate::emit::{conditions, module_name, quiet};
use crate::graph::Dim;
use crate::lower::{Input, Unit};
use crate::plan;
use crate::syntax::{Function, text};

/// The problem of a graph of arrays. `checks` are those of the graph's functions, which bind the sizes that `extent`
/// writes down.
pub fn arrays(
    function: &Function,
    unit: &Unit,
    runtime: &TokenStream,
    checks: &TokenStream,
    extent: &dyn Fn(&Dim) -> TokenStream,
) -> Parts {
    let problem = Arrays {
        function,
        unit,
        runtime,
    };
    let (new, pack) = (
        problem.new_method(checks, extent),
        problem.pack_and_unpack(),
    );
    let (own, traits) = (
        problem.implementation(None, &quote!(#new #pack)),
        problem.traits(),
    );
    Parts {
        inside: problem.inside(),
        beside: quote!(#own #traits),
    }
}

struct Arrays<'p> {
    function: &'p Function,
    unit: &'p Unit,
    runtime: &'p TokenStream,
}

impl<'p> Arrays<'p> {
    fn rt(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(#runtime::__private)
    }

    fn usize(&self) -> TokenStream {
        let rt = self.rt();
        quote!(#rt::core::primitive::usize)
    }

    fn fallible(&self, ok: &TokenStream) -> TokenStream {
        let (rt, runtime) = (self.rt(), self.runtime);
        quote!(#rt::core::result::Result<#ok, #runtime::ShapeError>)
    }

    fn active(&self) -> impl Iterator<Item = &'p Input> {
        plan::active(self.unit)
    }

    fn dimension(&self, shape: &[Dim]) -> TokenStream {
        let (rt, rank) = (self.rt(), format_ident!("Ix{}", shape.len()));
        quote!(#rt::ndarray::#rank)
    }

    /// How an input comes in.
    fn borrowed(&self, input: &Input, lifetime: &TokenStream) -> TokenStream {
        let (rt, dimension) = (self.rt(), self.dimension(&input.shape));
        match (input.labels, input.shape.is_empty()) {
            (true, _) => quote!(&#lifetime [#rt::core::primitive::usize]),
            (_, true) => quote!(T),
            _ => quote!(&#lifetime #rt::ndarray::ArrayRef<T, #dimension>),
        }
    }

    fn params(&self) -> TokenStream {
        let params = self.unit.inputs.iter().map(|input| {
            let (name, of) = (&input.name, self.borrowed(input, &quote!('a)));
            quote!(#name: #of)
        });
        quote!(#(#params),*)
    }

    /// The field that keeps the shapes of differentiated inputs and of outputs, named so that no input is.
    fn shapes(&self) -> Ident {
        let mut name = "shapes".to_owned();
        while self
            .unit
            .inputs
            .iter()
            .any(|input| text(&input.name) == name)
        {
            name.push('_');
        }
        Ident::new(&name, Span::mixed_site())
    }

    fn shape_types(&self) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let inputs = self.active().map(|input| self.dimension(&input.shape));
        let outputs = self.unit.outputs.iter();
        (
            inputs.collect(),
            outputs
                .map(|output| self.dimension(&output.shape))
                .collect(),
        )
    }

    // Inside the module.

    fn inside(&self) -> TokenStream {
        let (runtime, rt, shapes) = (self.runtime, self.rt(), self.shapes());
        let core = quote!(#rt::core);
        let fields = self
            .unit
            .inputs
            .iter()
            .filter(|input| !input.active())
            .map(|input| {
                let (name, of) = (&input.name, self.borrowed(input, &quote!('a)));
                quote!(pub(super) #name: #of)
            });
        let (inputs, outputs) = self.shape_types();
        let check = self.check();
        quote! {
            #[doc = #PROBLEM_DOCS]
            #[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug)]
            pub struct Problem<'a, T: #runtime::Element = #core::primitive::f64> {
                #(#fields,)*
                pub(super) #shapes: ((#(#inputs,)*), (#(#outputs,)*), #core::marker::PhantomData<&'a T>),
            }
            #check
        }
    }

    fn check(&self) -> TokenStream {
        let (runtime, rt, params) = (self.runtime, self.rt(), self.params());
        let (all, active) = (
            self.unit.inputs.iter().map(|input| &input.name),
            self.active().map(|input| &input.name),
        );
        let report = self.fallible(&quote!(#runtime::check::Report));
        let checks = checks(runtime, self.unit);
        let mixed = Span::mixed_site();
        let (problem, x) = (Ident::new("problem", mixed), Ident::new("x", mixed));
        quote! {
            #[doc = #CHECK_DOCS]
            ///
            /// # Errors
            /// Where an input does not have its declared shape, or a label is out of range.
            pub fn check<'a, T: #runtime::Element>(#params) -> #report {
                let #problem = Problem::new(#(#all),*)?;
                let #x = #problem.pack(#(#active),*)?;
                #rt::core::result::Result::Ok(#checks)
            }
        }
    }

    // Beside it.

    fn implementation(&self, of: Option<TokenStream>, methods: &TokenStream) -> TokenStream {
        let (runtime, name, quiet) = (self.runtime, &module_name(self.function), quiet());
        let conditions = conditions(self.function);
        let of = of.map(|of| quote!(#runtime::#of for));
        quote! {
            #(#conditions)* #quiet
            impl<'a, T: #runtime::Element> #of #name::Problem<'a, T> { #methods }
        }
    }

    fn new_method(
        &self,
        checks: &TokenStream,
        extent: &dyn Fn(&Dim) -> TokenStream,
    ) -> TokenStream {
        let (rt, module, params, shapes) = (
            self.rt(),
            &module_name(self.function),
            self.params(),
            self.shapes(),
        );
        let result = self.fallible(&quote!(#module::Problem<'a, T>));
        let constants = self.unit.inputs.iter().filter(|input| !input.active());
        let constants = constants.map(|input| &input.name);
        let dims = |shape: &[Dim]| {
            let (dimension, extents) = (self.dimension(shape), shape.iter().map(extent));
            quote!(#dimension(#(#extents),*))
        };
        let inputs = self.active().map(|input| dims(&input.shape));
        let outputs = self.unit.outputs.iter().map(|output| dims(&output.shape));
        quote! {
            /// Binds the constant inputs, and takes the shapes of the others, as a call of the graph itself would.
            ///
            /// # Errors
            /// Where an input does not have its declared shape, or a label is out of range.
            pub fn new(#params) -> #result {
                #checks
                #rt::core::result::Result::Ok(#module::Problem {
                    #(#constants,)*
                    #shapes: ((#(#inputs,)*), (#(#outputs,)*), #rt::core::marker::PhantomData),
                })
            }
        }
    }

    fn pack_and_unpack(&self) -> TokenStream {
        let (rt, mixed, shapes) = (self.rt(), Span::mixed_site(), self.shapes());
        let params = self.active().map(|input| {
            let (name, of) = (&input.name, self.borrowed(input, &TokenStream::new()));
            quote!(#name: #of)
        });
        let puts = self.active().enumerate().map(|(at, input)| {
            let (name, label) = (&input.name, text(&input.name));
            let at = super::literal(at);
            match input.shape.is_empty() {
                true => quote_spanned!(mixed=> x.push(#name);),
                false => {
                    quote_spanned!(mixed=> #rt::pack(&mut x, #label, #name, &self.#shapes.0.#at)?;)
                }
            }
        });
        let views = self.active().map(|input| {
            let dimension = self.dimension(&input.shape);
            match input.shape.is_empty() {
                true => quote!(T),
                false => quote!(#rt::ndarray::ArrayView<'x, T, #dimension>),
            }
        });
        let views = super::super::one_or_tuple(&views.collect::<Vec<_>>());
        let inputs: Vec<&[Dim]> = self.active().map(|input| &*input.shape).collect();
        let (names, split) = self.split("x", &inputs, 0);
        let values: Vec<TokenStream> = names.iter().map(|name| quote!(#name)).collect();
        let values = super::super::one_or_tuple(&values);
        let vector = self.fallible(&quote!(#rt::Vec<T>));
        quote_spanned! {mixed=>
            /// The parameter vector that these inputs make.
            ///
            /// # Errors
            /// Where an input has another shape than the one the problem was made with.
            pub fn pack(&self, #(#params),*) -> #vector {
                let mut x = #rt::Vec::new();
                #(#puts)*
                #rt::core::result::Result::Ok(x)
            }
            /// The inputs that a parameter vector holds, as views into it.
            ///
            /// # Panics
            /// Where the vector does not have the length that the problem expects.
            pub fn unpack<'x>(&self, x: &'x [T]) -> #views {
                #split
                #values
            }
        }
    }

    /// Takes the vector `from` apart into values of these shapes, which are kept in the group; their names are new.
    fn split(&self, from: &str, shapes: &[&[Dim]], group: usize) -> (Vec<Ident>, TokenStream) {
        let (rt, mixed, kept) = (self.rt(), Span::mixed_site(), self.shapes());
        let (from_name, group) = (Ident::new(from, mixed), super::literal(group));
        let names: Vec<Ident> = (0..shapes.len())
            .map(|at| Ident::new(&format!("{from}_{at}"), mixed))
            .collect();
        let takes = names
            .iter()
            .zip(shapes)
            .enumerate()
            .map(|(at, (name, shape))| {
                let at = super::literal(at);
                match shape.is_empty() {
                    true => quote_spanned!(mixed=> let #name = rest.number();),
                    false => {
                        quote_spanned!(mixed=> let #name = rest.array(&self.#kept.#group.#at);)
                    }
                }
            });
        let code = quote_spanned! {mixed=>
            let mut rest = #rt::Unpack::new(#from_name);
            #(#takes)*
            rest.end();
        };
        (names, code)
    }

    /// Writes what `values` hold, of these shapes, into the vector `to`.
    fn fill(&self, to: &str, values: &[TokenStream], shapes: &[&[Dim]]) -> TokenStream {
        let (rt, mixed) = (self.rt(), Span::mixed_site());
        let to = Ident::new(to, mixed);
        let puts = values
            .iter()
            .zip(shapes)
            .map(|(value, shape)| match shape.is_empty() {
                true => quote_spanned!(mixed=> rest.number(#value);),
                false => quote_spanned!(mixed=> rest.array(&#value);),
            });
        quote_spanned! {mixed=>
            let mut rest = #rt::Fill::new(#to);
            #(#puts)*
            rest.end();
        }
    }

    fn traits(&self) -> TokenStream {
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
        let (mixed, kept, group) = (Span::mixed_site(), self.shapes(), super::literal(group));
        let (rt, sizes) = (self.rt(), 0..shapes.len());
        let sizes = sizes.map(|at| {
            let at = super::literal(at);
            quote_spanned!(mixed=> #rt::ndarray::Dimension::size(&self.#kept.#group.#at))
        });
        quote!(0 #(+ #sizes)*)
    }

    fn named(&self, group: usize, names: Vec<&Ident>) -> TokenStream {
        let (runtime, rt, mixed) = (self.runtime, self.rt(), Span::mixed_site());
        let (kept, group) = (self.shapes(), super::literal(group));
        let arrays = names.into_iter().enumerate().map(|(at, name)| {
            let (at, name) = (super::literal(at), text(name));
            quote_spanned!(mixed=> (#name, #rt::ndarray::Dimension::slice(&self.#kept.#group.#at)))
        });
        quote_spanned!(mixed=> #runtime::Name::among(&[#(#arrays),*], at))
    }

    fn input_shapes(&self) -> Vec<&'p [Dim]> {
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
            fn value(&self, x: &[T]) -> T {
                #split
                #rt::checked(#name(#arguments))
            }
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
                    let at = super::literal(at);
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
            fn residuals(&self, x: &[T], residuals: &mut [T]) {
                #split
                let value = #rt::checked(#name(#arguments));
                #fill
            }
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
            fn jvp(&self, x: &[T], direction: &[T], outputs: &mut [T], change: &mut [T]) {
                #split
                #split_direction
                let (value, moved) = #rt::checked(#name::jvp(#arguments, #(#directions),*));
                #fill_outputs
                #fill_change
            }
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
