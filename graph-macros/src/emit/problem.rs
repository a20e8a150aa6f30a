//! `f::Problem`: the function of its flat parameter vector, through the traits that consumers of derivatives know.
//!
//! The struct stands in the module `f`, its implementations beside it, where both the value function and the module can be
//! named. Invariant: nothing is computed here. Every method takes the vector apart, calls an item of `f`, and writes down
//! what comes back; its own locals have mixed-site spans and so hide no name of the user's.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::names::Names;
use super::{array_type, nested};
use crate::graph::Dim;
use crate::lower::{Input, Unit};
use crate::plan;
use crate::syntax::{Function, text};
use crate::transform::elements::positions;

mod arrays;

pub use arrays::arrays;

/// What a problem adds to the items of a function.
pub struct Parts {
    /// The struct and `check`, for the module.
    pub inside: TokenStream,
    /// The implementations, for beside it.
    pub beside: TokenStream,
}

/// The problem of a graph of numbers and small arrays, with second derivatives if the module has `hessian`.
pub fn numbers(function: &Function, unit: &Unit, runtime: &TokenStream, names: &Names) -> Parts {
    let problem = Numbers {
        function,
        unit,
        runtime,
    };
    Parts {
        inside: problem.inside(names),
        beside: problem.beside(),
    }
}

/// The words for `f::Problem` and for `check` in documentation.
const PROBLEM_DOCS: &str =
    "The function of its flat parameter vector, with the constant inputs bound.";
const CHECK_DOCS: &str =
    "Holds the derivatives against difference quotients and against each other.";

struct Numbers<'p> {
    function: &'p Function,
    unit: &'p Unit,
    runtime: &'p TokenStream,
}

impl<'p> Numbers<'p> {
    fn rt(&self) -> TokenStream {
        let runtime = self.runtime;
        quote!(#runtime::__private)
    }

    fn type_of(&self, shape: &[Dim]) -> TokenStream {
        array_type(shape, &quote!(T))
    }

    fn active(&self) -> impl Iterator<Item = &'p Input> {
        plan::active(self.unit)
    }

    fn constants(&self) -> impl Iterator<Item = &'p Input> {
        self.unit.inputs.iter().filter(|input| !input.active())
    }

    fn parameters(&self) -> usize {
        self.active().map(|input| input.nodes.len()).sum()
    }

    fn outputs(&self) -> usize {
        let outputs = self.unit.outputs.iter();
        outputs.map(|output| output.nodes.len()).sum()
    }

    /// `<T>` where the problem has fields, which alone mention the number type.
    fn number(&self) -> Option<TokenStream> {
        self.constants().next().map(|_| quote!(<T>))
    }

    // Inside the module.

    fn inside(&self, names: &Names) -> TokenStream {
        let (rt, check) = (self.rt(), self.check());
        let core = quote!(#rt::core);
        let derive = quote!(#[#core::prelude::v1::derive(#core::clone::Clone, #core::marker::Copy, #core::fmt::Debug, #core::cmp::PartialEq)]);
        let fields = self.constants().map(|input| {
            let (name, of) = (&input.name, self.type_of(&input.shape));
            let docs = format!("The constant input `{}`.", text(name));
            quote!(#[doc = #docs] pub #name: #of)
        });
        let item = match self.number() {
            Some(_) => quote!(pub struct Problem<T = #core::primitive::f64> { #(#fields),* }),
            // A unit struct and a variable cannot have one name, and the user's comes first.
            None if names.is_users("Problem") => quote!(
                pub struct Problem {}
            ),
            None => quote!(
                pub struct Problem;
            ),
        };
        quote!(#[doc = #PROBLEM_DOCS] #derive #item #check)
    }

    fn check(&self) -> TokenStream {
        let runtime = self.runtime;
        let params = self.unit.inputs.iter().map(|input| {
            let (name, of) = (&input.name, self.type_of(&input.shape));
            quote!(#name: #of)
        });
        let constants = self.constants().map(|input| &input.name);
        let entries = self.active().flat_map(|input| {
            let name = &input.name;
            entries(&quote!(#name), &input.shape)
        });
        let entries: Vec<TokenStream> = entries.collect();
        let (checks, count) = (checks(runtime, self.unit), literal(entries.len()));
        let mixed = Span::mixed_site();
        let (problem, x) = (Ident::new("problem", mixed), Ident::new("x", mixed));
        quote! {
            #runtime::__std_only! {
                #[doc = #CHECK_DOCS]
                pub fn check<T: #runtime::Number>(#(#params),*) -> #runtime::check::Report {
                    let (#problem, #x): (_, [T; #count]) = (Problem { #(#constants),* }, [#(#entries),*]);
                    #checks
                }
            }
        }
    }

    // Beside it.

    fn beside(&self) -> TokenStream {
        let first = match plan::single_number(self.unit) {
            true => self.objective(),
            false => self.residuals(),
        };
        let (parameters, directional) = (self.parameter_vector(), self.directional());
        let second = second_order(self.unit).then(|| self.second_order());
        [Some(parameters), Some(first), second, Some(directional)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// `impl Trait for f::Problem { … }`.
    fn implementation(&self, of: &TokenStream, methods: &TokenStream) -> TokenStream {
        let (runtime, name, number) = (
            self.runtime,
            &super::module_name(self.function),
            self.number(),
        );
        let conditions = self.function.conditions();
        let (quiet, own) = (super::quiet(), super::own_use(self.function));
        quote! {
            #(#conditions)* #quiet #own
            impl<T: #runtime::Real> #runtime::#of for #name::Problem #number { #methods }
        }
    }

    fn parameter_vector(&self) -> TokenStream {
        let (runtime, rt, count) = (self.runtime, self.rt(), literal(self.parameters()));
        let arrays = self.active().map(|input| named(&input.name, &input.shape));
        let name = &super::module_name(self.function);
        let methods = quote! {
            #[inline]
            fn parameters(&self) -> #rt::core::primitive::usize { #count }
            fn name(&self, at: #rt::core::primitive::usize) -> #runtime::Name {
                #runtime::Name::among(&[#(#arrays),*], at)
            }
        };
        match self.number() {
            Some(_) => self.implementation(&quote!(Parameters), &methods),
            None => {
                let (conditions, quiet) = (self.function.conditions(), super::quiet());
                quote!(#(#conditions)* #quiet impl #runtime::Parameters for #name::Problem { #methods })
            }
        }
    }

    /// The inputs: constants from the problem, the others from the vector `x`, whose length is checked before.
    fn arguments(&self) -> TokenStream {
        let mixed = Span::mixed_site();
        let mut first = 0;
        let arguments = self.unit.inputs.iter().map(|input| {
            let name = &input.name;
            if !input.active() {
                return quote_spanned!(mixed=> self.#name);
            }
            let start = first;
            first += input.nodes.len();
            from_vector(&Ident::new("x", mixed), start, &input.shape)
        });
        quote!(#(#arguments),*)
    }

    /// Vectors of the length of the parameters or of the outputs, as arrays.
    fn known_length(&self, vectors: &[(&str, usize)]) -> TokenStream {
        let (rt, mixed) = (self.rt(), Span::mixed_site());
        let lets = vectors.iter().map(|(name, length)| {
            let (name, length) = (Ident::new(name, mixed), literal(*length));
            quote!(let #name = #rt::exactly::<T, #length>(#name);)
        });
        lets.collect()
    }

    /// The outputs, flat, from a local that holds what a function returned.
    fn flat_outputs(&self, local: &str) -> TokenStream {
        let shapes: Vec<&[Dim]> = self
            .unit
            .outputs
            .iter()
            .map(|output| &*output.shape)
            .collect();
        flat(&Ident::new(local, Span::mixed_site()), &shapes)
    }

    fn objective(&self) -> TokenStream {
        let (rt, name, mixed) = (
            self.rt(),
            &super::module_name(self.function),
            Span::mixed_site(),
        );
        let (arguments, lengths) = (
            self.arguments(),
            self.known_length(&[("x", self.parameters())]),
        );
        let methods = quote_spanned! {mixed=>
            #[inline]
            #[track_caller]
            fn value(&self, x: &[T]) -> T {
                #lengths
                #name(#arguments)
            }
            #[inline]
            #[track_caller]
            fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
                #lengths
                let (value, found) = #name::value_and_grad(#arguments);
                #rt::store(gradient, &found.to_array());
                value
            }
        };
        self.implementation(&quote!(Objective<T>), &methods)
    }

    fn second_order(&self) -> TokenStream {
        let (rt, name, mixed) = (
            self.rt(),
            &super::module_name(self.function),
            Span::mixed_site(),
        );
        let (arguments, lengths) = (
            self.arguments(),
            self.known_length(&[("x", self.parameters())]),
        );
        let methods = quote_spanned! {mixed=>
            #[inline]
            #[track_caller]
            fn hessian(&self, x: &[T], gradient: &mut [T], hessian: &mut [T]) -> T {
                #lengths
                let (value, first, second) = #name::hessian(#arguments);
                #rt::store(gradient, &first.to_array());
                #rt::store(hessian, second.as_flattened());
                value
            }
        };
        self.implementation(&quote!(SecondOrder<T>), &methods)
    }

    fn residuals(&self) -> TokenStream {
        let (runtime, rt, name, mixed) = (
            self.runtime,
            self.rt(),
            &super::module_name(self.function),
            Span::mixed_site(),
        );
        let (arguments, lengths) = (
            self.arguments(),
            self.known_length(&[("x", self.parameters())]),
        );
        let (outputs, flat) = (literal(self.outputs()), self.flat_outputs("outputs"));
        let named = self
            .unit
            .outputs
            .iter()
            .map(|output| named(&output.name, &output.shape));
        let rows = self.jacobian_rows();
        let methods = quote_spanned! {mixed=>
            #[inline]
            fn outputs(&self) -> #rt::core::primitive::usize { #outputs }
            fn output_name(&self, at: #rt::core::primitive::usize) -> #runtime::Name {
                #runtime::Name::among(&[#(#named),*], at)
            }
            #[inline]
            #[track_caller]
            fn residuals(&self, x: &[T], residuals: &mut [T]) {
                #lengths
                let outputs = #name(#arguments);
                #rt::store(residuals, &#flat);
            }
            #[inline]
            #[track_caller]
            fn jacobian(&self, x: &[T], residuals: &mut [T], jacobian: &mut [T]) {
                #lengths
                let (outputs, found) = #name::jacobian(#arguments);
                #rt::store(residuals, &#flat);
                #rows
            }
        };
        self.implementation(&quote!(Residuals<T>), &methods)
    }

    /// Writes a `Jacobian` down row by row.
    fn jacobian_rows(&self) -> TokenStream {
        let (rt, mixed) = (self.rt(), Span::mixed_site());
        let (rows, columns) = (literal(self.outputs()), literal(self.parameters()));
        let mut first = 0;
        let blocks = self.active().map(|input| {
            let name = &input.name;
            let (start, end) = (literal(first), literal(first + input.nodes.len()));
            first += input.nodes.len();
            quote_spanned!(mixed=> #rt::store(&mut jacobian[row * #columns + #start..row * #columns + #end], &found.#name[row]);)
        });
        quote_spanned! {mixed=>
            #rt::of_length(#rows * #columns, <[_]>::len(jacobian));
            for row in 0..#rows { #(#blocks)* }
        }
    }

    fn directional(&self) -> TokenStream {
        let (rt, name, mixed) = (
            self.rt(),
            &super::module_name(self.function),
            Span::mixed_site(),
        );
        let (parameters, outputs) = (self.parameters(), self.outputs());
        let x = ("x", parameters);
        let forward = self.known_length(&[x, ("direction", parameters)]);
        let backward = self.known_length(&[x, ("seeds", outputs)]);
        let (arguments, count) = (self.arguments(), literal(outputs));
        let shapes: Vec<&[Dim]> = self.active().map(|input| &*input.shape).collect();
        let tangents = split(&Ident::new("direction", mixed), &shapes);
        let found = flat(&Ident::new("found", mixed), &shapes);
        let shapes: Vec<&[Dim]> = self
            .unit
            .outputs
            .iter()
            .map(|output| &*output.shape)
            .collect();
        let seeds = split(&Ident::new("seeds", mixed), &shapes);
        let (flat_outputs, flat_change) = (self.flat_outputs("value"), self.flat_outputs("moved"));
        let methods = quote_spanned! {mixed=>
            #[inline]
            fn seeds(&self) -> #rt::core::primitive::usize { #count }
            #[inline]
            #[track_caller]
            fn jvp(&self, x: &[T], direction: &[T], outputs: &mut [T], change: &mut [T]) {
                #forward
                let (value, moved) = #name::jvp(#arguments, #(#tangents),*);
                #rt::store(outputs, &#flat_outputs);
                #rt::store(change, &#flat_change);
            }
            #[inline]
            #[track_caller]
            fn vjp(&self, x: &[T], seeds: &[T], outputs: &mut [T], adjoints: &mut [T]) {
                #backward
                let (value, pull) = #name::vjp(#arguments);
                #rt::store(outputs, &#flat_outputs);
                let found = pull(#(#seeds),*);
                #rt::store(adjoints, &#found);
            }
        };
        self.implementation(&quote!(Directional<T>), &methods)
    }
}

/// Whether the module has second derivatives. Beside an error it may have them of something that is no objective.
fn second_order(unit: &Unit) -> bool {
    unit.hessian && plan::single_number(unit)
}

/// The body of `check`, which holds every derivative there is against the others.
fn checks(runtime: &TokenStream, unit: &Unit) -> TokenStream {
    let mixed = Span::mixed_site();
    let single = plan::single_number(unit);
    let kind = format_ident!("{}", if single { "objective" } else { "residuals" });
    let second = second_order(unit)
        .then(|| quote_spanned!(mixed=> .and(#runtime::check::second_order(&problem, &x))));
    let stopped: Vec<String> = plan::active(unit)
        .filter(|input| input.stopped)
        .map(|input| text(&input.name))
        .collect();
    let holding = (!stopped.is_empty()).then(|| quote_spanned!(mixed=> .holding(&[#(#stopped),*])));
    quote_spanned! {mixed=>
        #runtime::check::#kind(&problem, &x).and(#runtime::check::directional(&problem, &x)) #second #holding
    }
}

/// `("w", &[2, 3])`, as `Name::among` wants it.
fn named(name: &Ident, shape: &[Dim]) -> TokenStream {
    let name = text(name);
    let extents = shape.iter().map(|dim| literal(dim.size().unwrap_or(0)));
    quote!((#name, &[#(#extents),*]))
}

/// Every entry of a value, row by row.
pub fn entries(value: &TokenStream, shape: &[Dim]) -> Vec<TokenStream> {
    let extents: Vec<usize> = shape.iter().filter_map(Dim::size).collect();
    let entry = |position: Vec<usize>| {
        let indices = position.into_iter().map(literal);
        quote!(#value #([#indices])*)
    };
    positions(&extents).map(entry).collect()
}

/// A value of the shape, from the entries of a vector.
fn from_vector(vector: &Ident, first: usize, shape: &[Dim]) -> TokenStream {
    let count: usize = shape.iter().filter_map(Dim::size).product();
    let entries: Vec<TokenStream> = (first..first + count)
        .map(|at| {
            let at = literal(at);
            quote!(#vector[#at])
        })
        .collect();
    nested(shape, &entries)
}

/// A vector taken apart into values of these shapes.
fn split(vector: &Ident, shapes: &[&[Dim]]) -> Vec<TokenStream> {
    let mut first = 0;
    shapes
        .iter()
        .map(|shape| {
            let start = first;
            first += shape.iter().filter_map(Dim::size).product::<usize>();
            from_vector(vector, start, shape)
        })
        .collect()
}

/// All entries of one value, or of a tuple of several, as one array.
fn flat(local: &Ident, shapes: &[&[Dim]]) -> TokenStream {
    let single = shapes.len() == 1;
    let entries = shapes.iter().enumerate().flat_map(|(number, shape)| {
        let number = literal(number);
        let value = if single {
            quote!(#local)
        } else {
            quote!(#local.#number)
        };
        entries(&value, shape)
    });
    quote!([#(#entries),*])
}

pub fn literal(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}
