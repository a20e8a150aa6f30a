//! The same for graphs over arrays of any size.
//!
//! A call of numbers is as in a graph of numbers. One with arrays takes references and may fail; where all of them are small and
//! of literal extents the callee has Rust's arrays, as a graph of such arrays has, and they are converted here.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::found::Head;
use super::{Shim, each, one_or_tuple, pull_name, value_name};
use crate::emit::nested;
use crate::graph::{Dim, Shape};
use crate::lower::Unit;
use crate::transform::elements::positions;

/// The functions of all calls of a graph of arrays. Inside a block of the user's each is `quiet` by itself.
pub fn functions(unit: &Unit, runtime: &TokenStream, quiet: Option<&TokenStream>) -> TokenStream {
    each(unit, runtime, quiet, &quote!(Element), |shim| {
        match (shim.call.has_arrays(), shim.call.is_fixed()) {
            (false, _) => (shim.value(), shim.pull()),
            (true, true) => (shim.converted_value(), shim.converted_pull()),
            (true, false) => (shim.array_value(), shim.array_pull()),
        }
    })
}

impl Shim<'_> {
    fn rt(&self) -> TokenStream {
        let runtime = &self.runtime;
        quote!(#runtime::__private)
    }

    fn dimension(&self, shape: &Shape) -> TokenStream {
        let (rt, rank) = (self.rt(), format_ident!("Ix{}", shape.len()));
        quote!(#rt::ndarray::#rank)
    }

    fn borrowed(&self, shape: &Shape, lifetime: &TokenStream) -> TokenStream {
        let (rt, dimension) = (self.rt(), self.dimension(shape));
        match shape.is_empty() {
            true => quote!(T),
            false => quote_spanned!(self.span=> &#lifetime #rt::ndarray::ArrayRef<T, #dimension>),
        }
    }

    fn owned(&self, shape: &Shape) -> TokenStream {
        let (rt, dimension) = (self.rt(), self.dimension(shape));
        match shape.is_empty() {
            true => quote!(T),
            false => quote_spanned!(self.span=> #rt::ndarray::Array<T, #dimension>),
        }
    }

    fn fallible(&self, ok: &TokenStream) -> TokenStream {
        let (rt, runtime) = (self.rt(), &self.runtime);
        quote_spanned!(self.span=> #rt::core::result::Result<#ok, #runtime::ShapeError>)
    }

    fn ok(&self, value: &TokenStream) -> TokenStream {
        let rt = self.rt();
        quote_spanned!(self.span=> #rt::core::result::Result::Ok(#value))
    }

    /// The types of the arguments as they come in.
    fn incoming(&self) -> Vec<TokenStream> {
        let inputs = self.call.inputs.iter();
        inputs
            .map(|shape| self.borrowed(shape, &quote!('a)))
            .collect()
    }

    /// `(value, pullback)`, where the pullback gives the adjoints of the active arguments.
    fn pull_type(&self) -> TokenStream {
        let rt = self.rt();
        let inputs = self.call.inputs.iter().zip(&self.call.active);
        let active = inputs.filter(|(_, active)| **active);
        let adjoints: Vec<TokenStream> = active.map(|(shape, _)| self.owned(shape)).collect();
        let adjoints = self.fallible(&one_or_tuple(&adjoints));
        let (output, seed) = (
            self.owned(&self.call.output),
            self.borrowed(&self.call.output, &TokenStream::new()),
        );
        self.fallible(
            &quote_spanned!(self.span=> (#output, impl #rt::core::ops::Fn(#seed) -> #adjoints)),
        )
    }

    // Rust's arrays.

    /// An array as Rust has it.
    fn to_fixed(&self, name: &Ident, shape: &Shape) -> TokenStream {
        let extents: Vec<usize> = shape.iter().map(Dim::literal_size).collect();
        let indices = positions(&extents);
        let entry = |position: Vec<usize>| {
            let position = position.into_iter().map(literal);
            quote!(#name[[#(#position),*]])
        };
        match shape.is_empty() {
            true => quote!(#name),
            false => nested(shape, &indices.map(entry).collect::<Vec<_>>()),
        }
    }

    /// An array as `ndarray` has it.
    fn to_array(&self, name: &Ident, shape: &Shape) -> TokenStream {
        let (rt, dimension) = (self.rt(), self.dimension(shape));
        let extents = shape.iter().map(|dim| literal(dim.literal_size()));
        let entries = entries(&quote!(#name), shape);
        match shape.is_empty() {
            true => quote!(#name),
            false => {
                quote_spanned!(self.span=> #rt::from_entries(#dimension(#(#extents),*), &[#(#entries),*]))
            }
        }
    }

    fn fixed_arguments(&self) -> Vec<TokenStream> {
        let inputs = self.names.iter().zip(&self.call.inputs);
        inputs
            .map(|(name, shape)| self.to_fixed(name, shape))
            .collect()
    }

    fn converted_value(&self) -> TokenStream {
        let (runtime, names, types) = (&self.runtime, &self.names, self.incoming());
        let (name, inner, fixed) = (
            value_name(self.number),
            self.value(),
            self.fixed_arguments(),
        );
        let result = self.fallible(&self.owned(&self.call.output));
        let value = Ident::new("value", self.span);
        let converted = self.ok(&self.to_array(&value, &self.call.output));
        quote_spanned! {self.span=>
            #[doc(hidden)]
            fn #name<'a, T: #runtime::Element>(#(#names: #types),*) -> #result {
                #inner
                let #value = #name(#(#fixed),*);
                #converted
            }
        }
    }

    fn converted_pull(&self) -> Option<TokenStream> {
        let inner = self.pull()?;
        let (runtime, names, types) = (&self.runtime, &self.names, self.incoming());
        let (name, fixed, result) = (
            pull_name(self.number),
            self.fixed_arguments(),
            self.pull_type(),
        );
        let [value, seed] = ["value", "seed"].map(|name| Ident::new(name, self.span));
        let (given, seed_type) = (
            self.to_fixed(&seed, &self.call.output),
            self.borrowed(&self.call.output, &TokenStream::new()),
        );
        let inputs = self.call.inputs.iter().zip(&self.call.active);
        let active = inputs.filter(|(_, active)| **active).enumerate();
        let adjoints =
            active.map(|(at, (shape, _))| (Ident::new(&format!("d{at}"), self.span), shape));
        let adjoints: Vec<(Ident, &Shape)> = adjoints.collect();
        let found: Vec<TokenStream> = adjoints.iter().map(|(name, _)| quote!(#name)).collect();
        let converted = adjoints
            .iter()
            .map(|(name, shape)| self.to_array(name, shape));
        let converted: Vec<TokenStream> = converted.collect();
        let (found, converted) = (one_or_tuple(&found), self.ok(&one_or_tuple(&converted)));
        let whole = self.to_array(&value, &self.call.output);
        let whole = self.ok(
            &quote_spanned!(self.span=> (#whole, move |#seed: #seed_type| {
                let #found = pull(#given);
                #converted
            })),
        );
        Some(quote_spanned! {self.span=>
            #[doc(hidden)]
            fn #name<'a, T: #runtime::Element>(#(#names: #types),*) -> #result {
                #inner
                let (#value, pull) = #name(#(#fixed),*);
                #whole
            }
        })
    }

    // Arrays of any size.

    fn head(&self, result: TokenStream) -> Head {
        let runtime = &self.runtime;
        Head {
            generics: quote_spanned!(self.span=> <'a, T: #runtime::Element>),
            types: self.incoming(),
            result,
        }
    }

    fn array_value(&self) -> TokenStream {
        let (rt, runtime, names, types) = (self.rt(), &self.runtime, &self.names, self.incoming());
        let name = value_name(self.number);
        let output = self.owned(&self.call.output);
        let (result, given) = (self.fallible(&output), self.fallible(&quote!(R)));
        let value = self.ok(&quote_spanned!(self.span=> #rt::ValueOf::get(f(#(#names),*)?)));
        let head = self.head(result.clone());
        let applied = self.with_value(
            &head,
            |callee| quote_spanned!(self.span=> __apply(#callee, #(#names),*)),
        );
        quote_spanned! {self.span=>
            #[doc(hidden)]
            fn #name<'a, T: #runtime::Element>(#(#names: #types),*) -> #result {
                fn __apply<'a, T: #runtime::Element, R: #rt::ValueOf<#output>>(
                    f: impl #rt::core::ops::Fn(#(#types),*) -> #given, #(#names: #types),*
                ) -> #result {
                    #value
                }
                #applied
            }
        }
    }

    fn array_pull(&self) -> Option<TokenStream> {
        let active: Vec<usize> = (0..self.names.len())
            .filter(|at| self.call.active[*at])
            .collect();
        if active.is_empty() {
            return None;
        }
        let (rt, runtime, names, types) = (self.rt(), &self.runtime, &self.names, self.incoming());
        let name = pull_name(self.number);
        let (found, adjoints) = (self.each("d"), self.each("D"));
        let (pattern, pulled) = (self.tuple(&found), self.fallible(&self.tuple(&adjoints)));
        let given = active.iter().map(|at| {
            let (name, of) = (&found[*at], self.owned(&self.call.inputs[*at]));
            quote_spanned!(self.span=> __AdjointOf::<#of>::get(#name))
        });
        let given = self.ok(&one_or_tuple(&given.collect::<Vec<_>>()));
        let output = self.owned(&self.call.output);
        let seed = self.borrowed(&self.call.output, &TokenStream::new());
        let result = self.pull_type();
        let raw = self.fallible(&quote_spanned!(self.span=> (B::Value, B::Pull)));
        let whole = self.ok(
            &quote_spanned!(self.span=> (__ValueOf::<#output>::get(value), move |seed: #seed| {
                let #pattern = pull(seed)?;
                #given
            })),
        );
        let every = self.call.inputs.iter().map(|shape| self.owned(shape));
        let every = self.fallible(&one_or_tuple(&every.collect::<Vec<_>>()));
        let made = quote_spanned!(self.span=> (#output, fn(#seed) -> #every));
        let applied = self.with_pull(
            &self.head(self.fallible(&made)),
            &quote_spanned!(self.span=> #rt::NoPositions),
            &quote_spanned!(self.span=> __check(__vjp, vjp, #(#names),*)?),
        );
        // The pullback's own type is not named in the result, since it may borrow from the arguments.
        Some(quote_spanned! {self.span=>
            #[doc(hidden)]
            fn #name<'a, T: #runtime::Element>(#(#names: #types),*) -> #result {
                fn __check<
                    'a,
                    T: #runtime::Element,
                    Q,
                    B: #rt::TryPullback<Q, Pull: #rt::core::ops::Fn(#seed) -> #pulled>,
                    P: #rt::core::ops::Fn(#(#types),*) -> B,
                    F: #rt::core::ops::Fn(#(#types),*) -> Q,
                    #(#adjoints),*
                >(by_position: P, f: F, #(#names: #types),*) -> #raw {
                    #rt::TryPullback::run(|| by_position(#(#names),*), || f(#(#names),*))
                }
                // One span from end to end, so that a message points at the call.
                use #rt::{AdjointOf as __AdjointOf, ValueOf as __ValueOf};
                let (value, pull) = { #applied };
                #whole
            }
        })
    }
}

/// Every entry of a value, row by row.
fn entries(value: &TokenStream, shape: &[Dim]) -> Vec<TokenStream> {
    let extents: Vec<usize> = shape.iter().map(Dim::literal_size).collect();
    let entry = |position: Vec<usize>| {
        let indices = position.into_iter().map(literal);
        quote!(#value #([#indices])*)
    };
    positions(&extents).map(entry).collect()
}

fn literal(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}
