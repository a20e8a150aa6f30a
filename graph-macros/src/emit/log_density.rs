//! `f::LogDensity`: a log density over all of ℝⁿ, of three functions that stand beside `f`, for both targets.
//!
//! Its own function has the struct, which holds its problem; the way to the inputs has the struct of these, and a method of the
//! problem; the way back has `new`, which makes of what it is given the vector to start from. Invariant: nothing is computed here, and
//! each of the three says what it knows the types of.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::problem::{Group, Problem, has_second_order};
use super::records::{Visited, visit};
use super::slots::Seen;
use crate::graph::Dim;
use crate::syntax::{Function, Role, companion, text};
use crate::unit::Slot;

/// What `f`'s own module shows of the functions beside it. If these are missing, they are looked for where the message about that
/// stands, so that rustc says nothing more.
pub fn shown(function: &Function, is_alone: bool) -> TokenStream {
    if !function.has_density {
        return TokenStream::new();
    }
    let roles = [Role::LogDensity, Role::Constrained];
    let [density, inputs] = roles.map(|role| companion(&function.name, role));
    let outer = is_alone.then(|| quote!(super::));
    quote! {
        pub use super::#outer #density::LogDensity;
        pub use super::#outer #inputs::Inputs;
    }
}

impl Problem<'_> {
    /// What a function beside a log density adds to its module, and beside that.
    pub fn density(&self) -> [TokenStream; 2] {
        let nothing = TokenStream::new;
        match self.function.role {
            Role::Own | Role::Inner | Role::Library => [nothing(), nothing()],
            Role::LogDensity => [self.density_struct(), self.density_methods()],
            Role::Constrained => [self.inputs_struct(), self.constrain()],
            Role::Unconstrained => [nothing(), self.density_new()],
        }
    }

    /// The module of a function beside the same one.
    fn beside(&self, role: Role) -> Ident {
        let of = self.function.of.as_ref();
        let of = of.unwrap_or_else(|| unreachable!("a companion is one of a function"));
        companion(of, role)
    }

    fn density_struct(&self) -> TokenStream {
        let (rt, [declared, ..]) = (self.rt(), self.target.density_generics(self));
        let (core, arguments) = (quote!(#rt::core), self.target.arguments(self));
        let start = self.target.start(self, Group::Inputs);
        quote! {
            /// The log density over all of ℝⁿ: of free numbers that stand for the inputs, with the change of variables.
            #[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug)]
            pub struct LogDensity #declared {
                pub(crate) problem: Problem #arguments,
                pub(crate) start: #start,
            }
        }
    }

    fn density_methods(&self) -> TokenStream {
        let (runtime, rt, mixed) = (self.runtime, self.rt(), Span::mixed_site());
        let [_, generics, arguments] = self.target.density_generics(self);
        let (own, inputs) = (
            self.beside(Role::LogDensity),
            self.beside(Role::Constrained),
        );
        let core = quote!(#rt::core);
        let of = |of: TokenStream, body: TokenStream| {
            let quiet = super::quiet();
            let conditions = self.function.conditions();
            quote! {
                #(#conditions)* #quiet
                impl #generics #of #own::LogDensity #arguments { #body }
            }
        };
        let count = quote!(#core::primitive::usize);
        let hessian = has_second_order(self.unit).then(|| {
            quote_spanned! {mixed=>
                /// The log density, its gradient, and the second derivatives, row by row.
                ///
                /// # Panics
                /// Where a vector has the wrong length.
                #[track_caller]
                pub fn hessian(&self, u: &[T], gradient: &mut [T], hessian: &mut [T]) -> T {
                    #runtime::SecondOrder::hessian(&self.problem, u, gradient, hessian)
                }
            }
        });
        let methods = of(
            TokenStream::new(),
            quote_spanned! {mixed=>
                /// How many free numbers there are.
                pub fn dimension(&self) -> #count { #runtime::Parameters::parameters(&self.problem) }
                /// What they are called: as the inputs that they stand for.
                pub fn names(&self) -> impl #core::iter::Iterator<Item = #runtime::Name> + '_ {
                    (0..self.dimension()).map(|at| #runtime::Parameters::name(&self.problem, at))
                }
                /// The point that `new` was given.
                pub fn start(&self) -> &[T] { &self.start }
                /// The log density.
                ///
                /// # Panics
                /// Where the vector has the wrong length.
                #[track_caller]
                pub fn value(&self, u: &[T]) -> T { #runtime::Objective::value(&self.problem, u) }
                /// The log density, and in `gradient` its partial derivatives.
                ///
                /// # Panics
                /// Where a vector has the wrong length.
                #[track_caller]
                pub fn value_and_gradient(&self, u: &[T], gradient: &mut [T]) -> T {
                    #runtime::Objective::gradient(&self.problem, u, gradient)
                }
                #hessian
                /// The inputs that free numbers stand for, by name.
                ///
                /// # Panics
                /// Where the vector has the wrong length.
                #[track_caller]
                pub fn constrain(&self, u: &[T]) -> #inputs::Inputs<T> { self.problem.constrained(u) }
            },
        );
        let parameters = of(
            quote!(#runtime::Parameters for),
            quote_spanned! {mixed=>
                fn parameters(&self) -> #count { self.dimension() }
                fn name(&self, at: #count) -> #runtime::Name { #runtime::Parameters::name(&self.problem, at) }
            },
        );
        let density = of(
            quote!(#runtime::Density<T> for),
            quote_spanned! {mixed=>
                type Inputs = #inputs::Inputs<T>;
                fn start(&self) -> &[T] { self.start() }
                #[track_caller]
                fn value(&self, u: &[T]) -> T { self.value(u) }
                #[track_caller]
                fn value_and_gradient(&self, u: &[T], gradient: &mut [T]) -> T {
                    self.value_and_gradient(u, gradient)
                }
                #[track_caller]
                fn constrain(&self, u: &[T]) -> Self::Inputs { self.constrain(u) }
            },
        );
        let second = has_second_order(self.unit).then(|| {
            of(
                quote!(#runtime::SecondOrderDensity<T> for),
                quote_spanned! {mixed=>
                    #[track_caller]
                    fn hessian(&self, u: &[T], gradient: &mut [T], hessian: &mut [T]) -> T {
                        self.hessian(u, gradient, hessian)
                    }
                },
            )
        });
        quote!(#methods #parameters #density #second)
    }

    /// The inputs and what each is called, in the order of the results of the way to them.
    fn given(&self) -> impl Iterator<Item = (&Ident, &Slot)> {
        let names = self.active_slots().map(|slot| &slot.name);
        names.zip(&self.unit.results)
    }

    fn inputs_struct(&self) -> TokenStream {
        let rt = self.rt();
        let core = quote!(#rt::core);
        let fields = self.given().map(|(name, slot)| {
            let of = self.target.owned(self, slot, Seen::Inside);
            let docs = format!("The input `{}`.", text(name));
            quote!(#[doc = #docs] pub #name: #of)
        });
        quote! {
            /// The inputs that free numbers stand for.
            #[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug, #core::cmp::PartialEq)]
            pub struct Inputs<T = #core::primitive::f64> { #(#fields),* }
        }
    }

    /// The way to the inputs, as a method of the problem that knows their shapes, and what consumers see of them.
    fn constrain(&self) -> TokenStream {
        let mixed = Span::mixed_site();
        let (read, arguments) = self.inputs();
        let call = self.call(None, &arguments);
        let (own, density) = (
            self.beside(Role::Constrained),
            self.beside(Role::LogDensity),
        );
        let names = self.given().map(|(name, _)| name.clone());
        let names: Vec<Ident> = names.collect();
        let found: Vec<Ident> = (0..names.len())
            .map(|at| Ident::new(&format!("found_{at}"), mixed))
            .collect();
        let pattern =
            super::one_or_tuple(&found.iter().map(|name| quote!(#name)).collect::<Vec<_>>());
        let (generics, parameters) = (
            self.target.generics(self, true),
            self.target.arguments(self),
        );
        let (conditions, quiet) = (self.function.conditions(), super::quiet());
        let constrained = match parameters.is_empty() {
            true => {
                quote_spanned!(mixed=> pub(crate) fn constrained #generics (&self, x: &[T]) -> #own::Inputs<T>)
            }
            false => {
                quote_spanned!(mixed=> pub(crate) fn constrained(&self, x: &[T]) -> #own::Inputs<T>)
            }
        };
        let impl_generics = if parameters.is_empty() {
            TokenStream::new()
        } else {
            generics
        };
        let records = self.inputs_record();
        quote_spanned! {mixed=>
            #(#conditions)* #quiet
            impl #impl_generics #density::Problem #parameters {
                #[track_caller]
                #constrained {
                    #read
                    let #pattern = #call;
                    #own::Inputs { #(#names: #found),* }
                }
            }
            #records
        }
    }

    /// The inputs as a record, whose entries have names.
    fn inputs_record(&self) -> TokenStream {
        let (runtime, rt, own) = (self.runtime, self.rt(), self.beside(Role::Constrained));
        let bound = self.target.number_bound(self);
        let visits = |is_mut: bool| {
            let fields = self.given();
            let visits = fields.map(|(name, slot)| {
                let kind = self.visited(slot);
                visit(self.runtime, name, &kind, false, is_mut)
            });
            visits.collect::<TokenStream>()
        };
        let (look, change) = (visits(false), visits(true));
        let (conditions, quiet) = (self.function.conditions(), super::quiet());
        quote! {
            #(#conditions)* #quiet
            impl<T: #bound> #runtime::Record<T> for #own::Inputs<T> {
                fn each<'s>(&'s self, outer: &#runtime::record::Path<'_>, visit: &mut dyn #rt::core::ops::FnMut(#runtime::record::Leaf<'s, '_, T>)) { #look }
                fn each_mut<'s>(&'s mut self, outer: &#runtime::record::Path<'_>, visit: &mut dyn #rt::core::ops::FnMut(#runtime::record::LeafMut<'s, '_, T>)) { #change }
            }
        }
    }

    /// What a record sees of an output.
    fn visited(&self, slot: &Slot) -> Visited {
        let shape = &self.unit.outputs[slot.leaves.start].shape;
        match &slot.record {
            Some(record) => Visited::Struct(record.count),
            None if shape.is_empty() => Visited::Number,
            None if self.target.is_small() => {
                let extents = shape.iter().map(Dim::literal_size);
                Visited::Fixed(extents.collect())
            }
            None => Visited::Array,
        }
    }

    /// `new`, of the inputs at a point.
    fn density_new(&self) -> TokenStream {
        let density = self.beside(Role::LogDensity);
        let [_, generics, arguments] = self.target.density_generics(self);
        let new = self.target.density_new(self, &density);
        let (conditions, quiet) = (self.function.conditions(), super::quiet());
        quote! {
            #(#conditions)* #quiet
            impl #generics #density::LogDensity #arguments { #new }
        }
    }
}
