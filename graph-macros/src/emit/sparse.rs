//! Sparse derivatives: patterns and values on `f::Problem`, and `f::Nlp`, for both targets.
//!
//! Functions of the module, which nobody sees, compute the entries; hidden methods of the problem take vectors apart and call
//! them. Invariant: nothing is computed here; where the entries of a matrix stand, its target says.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::module::{Emit, Item};
use super::one_or_tuple;
use super::problem::{Group, Problem};
use super::target::{Leaf, Target, Values};
use crate::graph::{Dim, NodeId};
use crate::plan::sparse::{Entries, Matrix, Program};
use crate::unit::{Output, Slot};

/// The functions of the module.
const JACOBIAN: &str = "__jacobian_entries";
const HESSIAN: &str = "__hessian_entries";
const OBJECTIVE: &str = "__program_objective";
const GRADIENT: &str = "__program_gradient";
const CONSTRAINTS: &str = "__program_constraints";
const PROGRAM_JACOBIAN: &str = "__program_jacobian";
const PROGRAM_HESSIAN: &str = "__program_hessian";

/// Where the entries of the matrices of a problem stand.
pub struct Patterns<'p> {
    pub jacobian: Option<&'p Entries>,
    pub hessian: Option<&'p Entries>,
    pub program: Option<[&'p Entries; 2]>,
}

/// A matrix of derivatives: its entries, what a problem that keeps their places calls these, and what its rows and columns are.
pub struct Shown<'p> {
    pub entries: &'p Entries,
    pub name: &'static str,
    pub sides: [Group; 2],
    /// Whether there is its lower triangle only.
    pub is_triangle: bool,
}

impl<'p, B: Target> Emit<'p, B> {
    pub(super) fn patterns(&self) -> Option<Patterns<'p>> {
        let sparse = self.plan.sparse.as_ref()?;
        let entries = |matrix: &'p Option<Matrix<B>>| matrix.as_ref().map(|matrix| &matrix.entries);
        let program = sparse.program.as_ref();
        Some(Patterns {
            jacobian: entries(&sparse.jacobian),
            hessian: entries(&sparse.hessian),
            program: program.map(|program| [&program.jacobian.entries, &program.hessian.entries]),
        })
    }

    pub(super) fn sparse_items(&self) -> Vec<Item> {
        let Some(sparse) = &self.plan.sparse else {
            return Vec::new();
        };
        let all = &self.unit.outputs[..];
        let jacobian = sparse.jacobian.as_ref();
        let jacobian = jacobian.map(|matrix| self.outputs_and_entries(matrix, all));
        let hessian = sparse.hessian.as_ref();
        let hessian = hessian.map(|matrix| self.entries_item(HESSIAN, &[], matrix));
        let program = sparse.program.as_ref();
        let program = program.map(|program| self.program_items(program));
        let items = jacobian.into_iter().chain(hessian);
        items.chain(program.into_iter().flatten()).collect()
    }

    fn program_items(&self, program: &Program<B>) -> [Item; 5] {
        let (first, rest) = self.unit.outputs.split_at(1);
        let gradient_shapes: Vec<&[Dim]> = self.active().map(|input| &*input.shape).collect();
        let gradient = self.hidden(
            GRADIENT,
            &[],
            &{
                let (number, found) =
                    (self.leaves_type(&[&[]]), self.leaves_type(&gradient_shapes));
                quote!((#number, #found))
            },
            &program.gradient,
            |values, results| {
                let value = leaves(values, &results[0], &[&[]]);
                let found = leaves(values, &results[1], &gradient_shapes);
                quote!((#value, #found))
            },
        );
        let seeds = self.seeds();
        [
            self.outputs_item(OBJECTIVE, &program.objective, first),
            gradient,
            self.outputs_item(CONSTRAINTS, &program.constraints, rest),
            self.entries_item(PROGRAM_JACOBIAN, &[], &program.jacobian),
            self.entries_item(PROGRAM_HESSIAN, &seeds, &program.hessian),
        ]
    }

    fn outputs_item(&self, name: &str, body: &B, outputs: &[Output]) -> Item {
        let shapes = shapes(outputs);
        self.hidden(
            name,
            &[],
            &self.leaves_type(&shapes),
            body,
            |values, results| leaves(values, &results[0], &shapes),
        )
    }

    fn entries_item(&self, name: &str, seeds: &[Leaf<'p>], matrix: &Matrix<B>) -> Item {
        self.hidden(
            name,
            seeds,
            &B::entries_type(self, &matrix.body),
            &matrix.body,
            |values, results| B::entries(self, &matrix.body, values, &results[results.len() - 1]),
        )
    }

    fn outputs_and_entries(&self, matrix: &Matrix<B>, outputs: &[Output]) -> Item {
        let shapes = shapes(outputs);
        let (leaves_type, entries) = (
            self.leaves_type(&shapes),
            B::entries_type(self, &matrix.body),
        );
        self.hidden(
            JACOBIAN,
            &[],
            &quote!((#leaves_type, #entries)),
            &matrix.body,
            |values, results| {
                let outputs = leaves(values, &results[0], &shapes);
                let entries = B::entries(self, &matrix.body, values, &results[1]);
                quote!((#outputs, #entries))
            },
        )
    }

    /// A function that nobody sees, of the inputs and of seeds of the outputs, whose result names no struct.
    fn hidden(
        &self,
        name: &str,
        seeds: &[Leaf<'p>],
        result: &TokenStream,
        body: &B,
        make: impl Fn(&dyn Values, &[Vec<NodeId>]) -> TokenStream,
    ) -> Item {
        let results: Vec<&Slot> = match seeds.is_empty() {
            true => Vec::new(),
            false => self.unit.results.iter().collect(),
        };
        let item = self.behind_inputs(
            (name, ""),
            (&results, seeds),
            |_| result.clone(),
            body,
            make,
        );
        Item {
            docs: quote!(#[doc(hidden)]),
            ..item
        }
    }

    fn leaves_type(&self, shapes: &[&[Dim]]) -> TokenStream {
        let types = shapes.iter().map(|shape| B::owned(self, shape));
        one_or_tuple(&types.collect::<Vec<_>>())
    }
}

fn shapes(outputs: &[Output]) -> Vec<&[Dim]> {
    outputs.iter().map(|output| &*output.shape).collect()
}

fn leaves(values: &dyn Values, group: &[NodeId], shapes: &[&[Dim]]) -> TokenStream {
    one_or_tuple(&values.packed(group, shapes))
}

impl<'p> Problem<'p> {
    /// The matrices whose places a problem of arrays keeps.
    pub fn kept_matrices(&self) -> Vec<Shown<'p>> {
        let Some(patterns) = &self.patterns else {
            return Vec::new();
        };
        let jacobian = patterns.jacobian.map(|entries| Shown {
            entries,
            name: "jacobian_places",
            sides: [Group::Outputs, Group::Inputs],
            is_triangle: false,
        });
        let hessian = patterns.hessian.map(hessian_shown);
        jacobian.into_iter().chain(hessian).collect()
    }

    /// Those that a program keeps.
    pub fn program_matrices(&self) -> Option<[Shown<'p>; 2]> {
        let [jacobian, hessian] = self.patterns.as_ref()?.program?;
        let jacobian = Shown {
            entries: jacobian,
            name: "jacobian_places",
            sides: [Group::Constraints, Group::Inputs],
            is_triangle: false,
        };
        Some([jacobian, hessian_shown(hessian)])
    }

    /// The struct `Nlp`, for the module.
    pub fn program_struct(&self) -> TokenStream {
        let Some(matrices) = self.program_matrices() else {
            return TokenStream::new();
        };
        let (rt, [declared, ..]) = (self.rt(), self.target.density_generics(self));
        let (core, arguments) = (quote!(#rt::core), self.target.arguments(self));
        let start = self.target.start(self, Group::Inputs);
        let places = self.target.places_fields(self, &matrices);
        quote! {
            /// The first output, which is minimised, under constraints, which are the others.
            #[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug)]
            pub struct Nlp #declared {
                pub(crate) problem: Problem #arguments,
                pub(crate) start: #start,
                #places
            }
        }
    }

    /// What there is of patterns beside the module.
    pub fn sparse_methods(&self) -> TokenStream {
        if self.patterns.is_none() {
            return TokenStream::new();
        }
        let matrices = self.kept_matrices();
        let shown = matrices.iter().map(|matrix| match matrix.is_triangle {
            true => self.hessian_methods(matrix),
            false => self.jacobian_methods(matrix),
        });
        let of_program = self.program_matrices().map(|_| self.program_parts());
        let methods: TokenStream = shown.chain(of_program).collect();
        let own = self.implemented(&TokenStream::new(), false, &methods);
        let program = self.program_matrices();
        let program = program.map(|matrices| self.program_methods(&matrices));
        quote!(#own #program)
    }

    fn jacobian_methods(&self, matrix: &Shown) -> TokenStream {
        let (runtime, mixed) = (self.runtime, Span::mixed_site());
        let (pattern, put) = (
            self.target.pattern(self, matrix),
            self.target.put_entries(self, matrix),
        );
        let (read, arguments) = self.inputs();
        let call = self.call(Some(JACOBIAN), &arguments);
        let write = self.write(
            "residuals",
            &self.leaf_values("value", Group::Outputs),
            Group::Outputs,
        );
        let generics = self.method_generics();
        quote_spanned! {mixed=>
            /// Which partial derivatives can be other than zero: a row per residual, a column per parameter, by row and then by
            /// column.
            #[must_use]
            pub fn jacobian_pattern(&self) -> #runtime::Pattern<'_> { #pattern }
            /// Writes the residuals at `x`, and in `values` their partial derivatives, in the order of the pattern.
            ///
            /// # Panics
            /// Where a vector has the wrong length.
            #[inline]
            #[track_caller]
            pub fn jacobian_values #generics (&self, x: &[T], residuals: &mut [T], values: &mut [T]) {
                #read
                let (value, found) = #call;
                #write
                #put
            }
        }
    }

    fn hessian_methods(&self, matrix: &Shown) -> TokenStream {
        let (runtime, mixed) = (self.runtime, Span::mixed_site());
        let (pattern, put) = (
            self.target.pattern(self, matrix),
            self.target.put_entries(self, matrix),
        );
        let (read, arguments) = self.inputs();
        let call = self.call(Some(HESSIAN), &arguments);
        let generics = self.method_generics();
        quote_spanned! {mixed=>
            /// Which second partial derivatives can be other than zero: the lower triangle, the diagonal included, by row and then
            /// by column.
            #[must_use]
            pub fn hessian_pattern(&self) -> #runtime::Pattern<'_> { #pattern }
            /// Writes in `values` the second partial derivatives at `x`, in the order of the pattern.
            ///
            /// # Panics
            /// Where a vector has the wrong length.
            #[inline]
            #[track_caller]
            pub fn hessian_values #generics (&self, x: &[T], values: &mut [T]) {
                #read
                let found = #call;
                #put
            }
        }
    }

    /// The parts of a program, as methods of the problem that knows the shapes.
    fn program_parts(&self) -> TokenStream {
        let (rt, mixed, generics) = (self.rt(), Span::mixed_site(), self.method_generics());
        let (read, arguments) = self.inputs();
        let (objective, gradient, constraints, jacobian) = (
            self.call(Some(OBJECTIVE), &arguments),
            self.call(Some(GRADIENT), &arguments),
            self.call(Some(CONSTRAINTS), &arguments),
            self.call(Some(PROGRAM_JACOBIAN), &arguments),
        );
        let write = self.write(
            "gradient",
            &self.leaf_values("found", Group::Inputs),
            Group::Inputs,
        );
        let count = self.target.count(self, Group::Constraints);
        let write_constraints = self.write_of(
            "constraints",
            &self.leaf_values("value", Group::Constraints),
            &count,
        );
        let (read_multipliers, multipliers) = self.directions("multipliers", Group::Constraints);
        let hessian = self.call(
            Some(PROGRAM_HESSIAN),
            &quote_spanned!(mixed=> #arguments, weight, #multipliers),
        );
        let [of_jacobian, of_hessian] = self.target.entries_types(self);
        quote_spanned! {mixed=>
            #[doc(hidden)]
            #[inline]
            pub fn __constraint_count(&self) -> #rt::core::primitive::usize { #count }
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            pub fn __objective #generics (&self, x: &[T]) -> T { #read #objective }
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            pub fn __gradient #generics (&self, x: &[T], gradient: &mut [T]) -> T {
                #read
                let (value, found) = #gradient;
                #write
                value
            }
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            pub fn __constraints #generics (&self, x: &[T], constraints: &mut [T]) {
                #read
                let value = #constraints;
                #write_constraints
            }
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            pub fn __jacobian #generics (&self, x: &[T]) -> #of_jacobian { #read #jacobian }
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            pub fn __hessian #generics (&self, x: &[T], weight: T, multipliers: &[T]) -> #of_hessian {
                #read
                #read_multipliers
                #hessian
            }
        }
    }

    fn program_methods(&self, matrices: &[Shown; 2]) -> TokenStream {
        let (runtime, rt, mixed) = (self.runtime, self.rt(), Span::mixed_site());
        let [_, generics, arguments] = self.target.density_generics(self);
        let count = quote!(#rt::core::primitive::usize);
        let name = super::module_name(self.function);
        let of = |of: TokenStream, body: TokenStream| {
            let (quiet, own) = (super::quiet(), super::own_use(self.function));
            let conditions = self.function.conditions();
            quote! {
                #(#conditions)* #quiet #own
                impl #generics #of #name::Nlp #arguments { #body }
            }
        };
        let new = self.target.program_new(self, matrices);
        let [jacobian, hessian] = matrices
            .each_ref()
            .map(|matrix| self.target.pattern(self, matrix));
        let [put_jacobian, put_hessian] = matrices
            .each_ref()
            .map(|matrix| self.target.put_entries(self, matrix));
        let own = of(
            TokenStream::new(),
            quote_spanned! {mixed=>
                #new
                /// The point that `new` was given.
                #[must_use]
                pub fn start(&self) -> &[T] { &self.start }
                /// How many numbers the constraints are.
                #[must_use]
                pub fn constraint_count(&self) -> #count { self.problem.__constraint_count() }
                /// What is minimised.
                ///
                /// # Panics
                /// Where the vector has the wrong length.
                #[track_caller]
                pub fn objective(&self, x: &[T]) -> T { self.problem.__objective(x) }
                /// What is minimised, and in `gradient` its partial derivatives.
                ///
                /// # Panics
                /// Where a vector has the wrong length.
                #[track_caller]
                pub fn gradient(&self, x: &[T], gradient: &mut [T]) -> T { self.problem.__gradient(x, gradient) }
                /// Writes the constraints.
                ///
                /// # Panics
                /// Where a vector has the wrong length.
                #[track_caller]
                pub fn constraints(&self, x: &[T], constraints: &mut [T]) { self.problem.__constraints(x, constraints) }
                /// Which partial derivatives of the constraints can be other than zero: a row per constraint, a column per
                /// parameter, by row and then by column.
                #[must_use]
                pub fn jacobian_pattern(&self) -> #runtime::Pattern<'_> { #jacobian }
                /// Writes the partial derivatives of the constraints, in the order of the pattern.
                ///
                /// # Panics
                /// Where a vector has the wrong length.
                #[track_caller]
                pub fn jacobian_values(&self, x: &[T], values: &mut [T]) {
                    let found = self.problem.__jacobian(x);
                    #put_jacobian
                }
                /// Which second partial derivatives of the Lagrangian can be other than zero: the lower triangle, the diagonal
                /// included, by row and then by column.
                #[must_use]
                pub fn hessian_pattern(&self) -> #runtime::Pattern<'_> { #hessian }
                /// Writes the second partial derivatives of `weight` times what is minimised plus the sum of the constraints, each
                /// times its multiplier, in the order of the pattern.
                ///
                /// # Panics
                /// Where a vector has the wrong length.
                #[track_caller]
                pub fn hessian_values(&self, x: &[T], weight: T, multipliers: &[T], values: &mut [T]) {
                    let found = self.problem.__hessian(x, weight, multipliers);
                    #put_hessian
                }
            },
        );
        let parameters = of(
            quote!(#runtime::Parameters for),
            quote_spanned! {mixed=>
                fn parameters(&self) -> #count { #runtime::Parameters::parameters(&self.problem) }
                fn name(&self, at: #count) -> #runtime::Name { #runtime::Parameters::name(&self.problem, at) }
            },
        );
        let program = of(
            quote!(#runtime::Program<T> for),
            quote_spanned! {mixed=>
                fn start(&self) -> &[T] { self.start() }
                fn constraint_count(&self) -> #count { self.constraint_count() }
                #[track_caller]
                fn objective(&self, x: &[T]) -> T { self.objective(x) }
                #[track_caller]
                fn gradient(&self, x: &[T], gradient: &mut [T]) -> T { self.gradient(x, gradient) }
                #[track_caller]
                fn constraints(&self, x: &[T], constraints: &mut [T]) { self.constraints(x, constraints) }
                fn jacobian_pattern(&self) -> #runtime::Pattern<'_> { self.jacobian_pattern() }
                #[track_caller]
                fn jacobian_values(&self, x: &[T], values: &mut [T]) { self.jacobian_values(x, values) }
                fn hessian_pattern(&self) -> #runtime::Pattern<'_> { self.hessian_pattern() }
                #[track_caller]
                fn hessian_values(&self, x: &[T], weight: T, multipliers: &[T], values: &mut [T]) {
                    self.hessian_values(x, weight, multipliers, values)
                }
            },
        );
        quote!(#own #parameters #program)
    }

    /// What stands behind the name of a method, where the problem's type says nothing of numbers.
    fn method_generics(&self) -> TokenStream {
        match self.target.arguments(self).is_empty() {
            true => self.target.generics(self, true),
            false => TokenStream::new(),
        }
    }

    /// The leaves of a group in a local that holds one value, or a tuple of several.
    fn leaf_values(&self, local: &str, group: Group) -> Vec<TokenStream> {
        let local = Ident::new(local, Span::mixed_site());
        let count = self.shapes(group).len();
        let values = (0..count).map(|at| {
            let place = Literal::usize_unsuffixed(at);
            match count {
                1 => quote!(#local),
                _ => quote!(#local.#place),
            }
        });
        values.collect()
    }

    /// The constants of the module that hold a pattern, as a slice each.
    pub fn listed(&self, places: &[[usize; 2]], side: usize) -> TokenStream {
        let places = places
            .iter()
            .map(|place| Literal::usize_unsuffixed(place[side]));
        quote!(&[#(#places),*])
    }
}

fn hessian_shown(entries: &Entries) -> Shown<'_> {
    Shown {
        entries,
        name: "hessian_places",
        sides: [Group::Inputs, Group::Inputs],
        is_triangle: true,
    }
}
