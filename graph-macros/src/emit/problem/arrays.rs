//! The problem of a graph over arrays of any size.
//!
//! Invariant: `new` makes every check that the graph's functions make, on the same arrays, and the problem keeps the shapes
//! it has seen. So nothing that a method calls can fail, and views into the vector need no check but its length.

mod traits;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{CHECK_DOCS, PROBLEM_DOCS, Parts, checks};
use crate::emit::{module_name, own_use, quiet};
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

/// Whose shapes the problem keeps: the differentiated inputs', and the outputs'.
#[derive(Clone, Copy)]
enum Group {
    Inputs,
    Outputs,
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

    /// A name like this one that no input has.
    fn own_name(&self, name: &str) -> Ident {
        let mut name = name.to_owned();
        let inputs = || self.unit.inputs.iter();
        while inputs().any(|input| text(&input.name) == name) {
            name.push('_');
        }
        Ident::new(&name, Span::mixed_site())
    }

    /// The fields that keep the shapes of a group, one each, since a tuple of many has no traits.
    fn kept(&self, group: Group) -> Vec<Ident> {
        let (name, count) = match group {
            Group::Inputs => ("input", self.active().count()),
            Group::Outputs => ("output", self.unit.outputs.len()),
        };
        (0..count)
            .map(|at| self.own_name(&format!("{name}_{at}")))
            .collect()
    }

    /// The shapes of a group.
    fn shapes(&self, group: Group) -> Vec<&'p [Dim]> {
        match group {
            Group::Inputs => self.active().map(|input| &*input.shape).collect(),
            Group::Outputs => {
                let outputs = self.unit.outputs.iter();
                outputs.map(|output| &*output.shape).collect()
            }
        }
    }

    /// Every field that keeps a shape, with that.
    fn all_kept(&self) -> impl Iterator<Item = (Ident, &'p [Dim])> {
        let group = |group| self.kept(group).into_iter().zip(self.shapes(group));
        group(Group::Inputs).chain(group(Group::Outputs))
    }

    // Inside the module.

    fn inside(&self) -> TokenStream {
        let (runtime, rt, marker) = (self.runtime, self.rt(), self.own_name("borrows"));
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
        let shapes = self.all_kept().map(|(field, shape)| {
            let dimension = self.dimension(shape);
            quote!(pub(super) #field: #dimension)
        });
        let check = self.check();
        quote! {
            #[doc = #PROBLEM_DOCS]
            #[#core::prelude::v1::derive(#core::clone::Clone, #core::fmt::Debug)]
            pub struct Problem<'a, T: #runtime::Element = #core::primitive::f64> {
                #(#fields,)*
                #(#shapes,)*
                pub(super) #marker: #core::marker::PhantomData<&'a T>,
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
        let (conditions, own) = (self.function.conditions(), own_use(self.function));
        let of = of.map(|of| quote!(#runtime::#of for));
        quote! {
            #(#conditions)* #quiet #own
            impl<'a, T: #runtime::Element> #of #name::Problem<'a, T> { #methods }
        }
    }

    fn new_method(
        &self,
        checks: &TokenStream,
        extent: &dyn Fn(&Dim) -> TokenStream,
    ) -> TokenStream {
        let (rt, module, params, marker) = (
            self.rt(),
            &module_name(self.function),
            self.params(),
            self.own_name("borrows"),
        );
        let result = self.fallible(&quote!(#module::Problem<'a, T>));
        let constants = self.unit.inputs.iter().filter(|input| !input.active());
        let constants = constants.map(|input| &input.name);
        let dims = |shape: &[Dim]| {
            let (dimension, extents) = (self.dimension(shape), shape.iter().map(extent));
            quote!(#dimension(#(#extents),*))
        };
        let shapes = self.all_kept().map(|(field, shape)| {
            let dims = dims(shape);
            quote!(#field: #dims)
        });
        // Only the callee knows whether the shapes of a call fit.
        let calls = &self.unit.graph.calls;
        let trial = calls.iter().any(|call| !call.is_fixed()).then(|| {
            let names = self.unit.inputs.iter().map(|input| &input.name);
            quote!(#module(#(#names),*)?;)
        });
        quote! {
            /// Binds the constant inputs, and takes the shapes of the others, as a call of the graph itself would.
            ///
            /// # Errors
            /// Where an input does not have its declared shape, or a label is out of range.
            pub fn new(#params) -> #result {
                #checks
                #trial
                #rt::core::result::Result::Ok(#module::Problem {
                    #(#constants,)*
                    #(#shapes,)*
                    #marker: #rt::core::marker::PhantomData,
                })
            }
        }
    }

    fn pack_and_unpack(&self) -> TokenStream {
        let (rt, mixed, packed) = (self.rt(), Span::mixed_site(), self.own_name("vector"));
        let params = self.active().map(|input| {
            let (name, of) = (&input.name, self.borrowed(input, &TokenStream::new()));
            quote!(#name: #of)
        });
        let fields = self.kept(Group::Inputs);
        let puts = self.active().zip(&fields).map(|(input, field)| {
            let (name, label) = (&input.name, text(&input.name));
            match input.shape.is_empty() {
                true => quote_spanned!(mixed=> #packed.push(#name);),
                false => {
                    quote_spanned!(mixed=> #rt::pack(&mut #packed, #label, #name, &self.#field)?;)
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
        let (names, split) = self.split("x", Group::Inputs);
        let values: Vec<TokenStream> = names.iter().map(|name| quote!(#name)).collect();
        let values = super::super::one_or_tuple(&values);
        let vector = self.fallible(&quote!(#rt::Vec<T>));
        quote_spanned! {mixed=>
            /// The parameter vector that these inputs make.
            ///
            /// # Errors
            /// Where an input has another shape than the one the problem was made with.
            pub fn pack(&self, #(#params),*) -> #vector {
                let mut #packed = #rt::Vec::new();
                #(#puts)*
                #rt::core::result::Result::Ok(#packed)
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

    /// Takes the vector `from` apart into values of the shapes of a group; their names are new.
    fn split(&self, from: &str, group: Group) -> (Vec<Ident>, TokenStream) {
        let (rt, mixed) = (self.rt(), Span::mixed_site());
        let (from_name, shapes) = (Ident::new(from, mixed), self.shapes(group));
        let names: Vec<Ident> = (0..shapes.len())
            .map(|at| Ident::new(&format!("{from}_{at}"), mixed))
            .collect();
        let fields = self.kept(group);
        let takes = names.iter().zip(shapes).zip(&fields);
        let takes = takes.map(|((name, shape), field)| match shape.is_empty() {
            true => quote_spanned!(mixed=> let #name = rest.number();),
            false => quote_spanned!(mixed=> let #name = rest.array(&self.#field);),
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
}
