//! The same for graphs over arrays of any size.
//!
//! A call of numbers is as in a graph of numbers. One with arrays takes references and may fail; where all of them are small and
//! of literal extents the callee has Rust's arrays, as a graph of such arrays has, and they are converted here.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::found::{Pull, Search, Signature};
use super::{Shim, apply_name, each, one_or_tuple, pull_name, value_name};
use crate::emit::nested;
use crate::graph::{Dim, Shape};
use crate::transform::scalars::positions;
use crate::unit::Unit;

/// The functions of all calls of a graph of arrays. Inside a block of the user's each is `quiet` by itself.
pub fn functions(unit: &Unit, runtime: &TokenStream, quiet: Option<&TokenStream>) -> TokenStream {
    each(unit, runtime, quiet, &quote!(Element), |shim| {
        match (shim.call.has_arrays(), shim.call.is_fixed()) {
            (false, _) => shim.of_numbers(),
            (true, true) => shim.of_fixed_arrays(),
            (true, false) => shim.of_arrays(),
        }
    })
}

impl Shim<'_> {
    fn dimension(&self, shape: &Shape) -> TokenStream {
        let (rt, rank) = (self.rt(), format_ident!("Ix{}", shape.len()));
        quote!(#rt::ndarray::#rank)
    }

    fn borrowed(&self, shape: &Shape, lifetime: &TokenStream) -> TokenStream {
        let (rt, t, dimension) = (self.rt(), &self.t, self.dimension(shape));
        match shape.is_empty() {
            true => quote!(#t),
            false => quote_spanned!(self.span=> &#lifetime #rt::ndarray::ArrayRef<#t, #dimension>),
        }
    }

    fn owned(&self, shape: &Shape) -> TokenStream {
        let (rt, t, dimension) = (self.rt(), &self.t, self.dimension(shape));
        match shape.is_empty() {
            true => quote!(#t),
            false => quote_spanned!(self.span=> #rt::ndarray::Array<#t, #dimension>),
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
        let (output, seeds) = (self.owned_output(), self.borrowed_seeds());
        self.fallible(
            &quote_spanned!(self.span=> (#output, impl #rt::core::ops::Fn(#(#seeds),*) -> #adjoints)),
        )
    }

    /// The type of the value.
    fn owned_output(&self) -> TokenStream {
        let outputs = self.call.outputs.iter();
        let outputs = outputs.map(|shape| self.owned(shape));
        one_or_tuple(&outputs.collect::<Vec<_>>())
    }

    /// The types of the seeds.
    fn borrowed_seeds(&self) -> Vec<TokenStream> {
        let outputs = self.call.outputs.iter();
        let seeds = outputs.map(|shape| self.borrowed(shape, &TokenStream::new()));
        seeds.collect()
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

    fn of_fixed_arrays(&self) -> TokenStream {
        let (apply, found) = (self.apply(), self.search());
        let (value, pull) = (self.converted_value(), self.converted_pull());
        quote!(#apply #found #value #pull)
    }

    fn converted_value(&self) -> TokenStream {
        let Shim {
            runtime,
            quiet,
            names,
            t,
            ..
        } = self;
        let (name, types) = (value_name(self.calls, self.number), self.incoming());
        let result = self.fallible(&self.owned_output());
        let found = self.value_of(&self.fixed_arguments());
        let (value, converted) = self.converted_outputs();
        let converted = self.ok(&converted);
        quote_spanned! {self.span=>
            #quiet
            #[doc(hidden)]
            fn #name<'a, #t: #runtime::Element>(#(#names: #types),*) -> #result {
                let (#value, _) = #found;
                #converted
            }
        }
    }

    /// The pattern of a value of Rust's arrays, and the same of `ndarray`'s.
    fn converted_outputs(&self) -> (TokenStream, TokenStream) {
        let names = self.each_output("y");
        let converted = names.iter().zip(&self.call.outputs);
        let converted = converted.map(|(name, shape)| self.to_array(name, shape));
        let converted: Vec<TokenStream> = converted.collect();
        (self.tuple(&names), one_or_tuple(&converted))
    }

    fn converted_pull(&self) -> Option<TokenStream> {
        let active = self.active();
        if active.is_empty() {
            return None;
        }
        let Shim {
            runtime,
            quiet,
            names,
            t,
            ..
        } = self;
        let (rt, types) = (self.rt(), self.incoming());
        let (name, result) = (pull_name(self.calls, self.number), self.pull_type());
        let found = self.pull_of(&self.fixed_arguments());
        let (seeds, seed_types) = (self.each_output("s"), self.borrowed_seeds());
        let given = seeds.iter().zip(&self.call.outputs);
        let given = given.map(|(seed, shape)| self.to_fixed(seed, shape));
        let given: Vec<TokenStream> = given.collect();
        let adjoints = active.into_iter().enumerate().map(|(at, input)| {
            let name = Ident::new(&format!("d{at}"), self.span);
            (name, &self.call.inputs[input])
        });
        let adjoints: Vec<(Ident, &Shape)> = adjoints.collect();
        let pulled: Vec<TokenStream> = adjoints.iter().map(|(name, _)| quote!(#name)).collect();
        let converted = adjoints
            .iter()
            .map(|(name, shape)| self.to_array(name, shape));
        let converted: Vec<TokenStream> = converted.collect();
        let (pulled, converted) = (one_or_tuple(&pulled), self.ok(&one_or_tuple(&converted)));
        let (value, whole) = self.converted_outputs();
        let whole = self.ok(
            &quote_spanned!(self.span=> (#whole, move |#(#seeds: #seed_types),*| {
                let #pulled = pull(#(#given),*);
                #converted
            })),
        );
        Some(quote_spanned! {self.span=>
            #quiet
            #[doc(hidden)]
            fn #name<'a, #t: #runtime::Element>(#(#names: #types),*) -> #result {
                let (#value, pull) = #found;
                let pull = #rt::asked_for(pull);
                #whole
            }
        })
    }

    // Arrays of any size.

    fn of_arrays(&self) -> TokenStream {
        let (apply, found) = (self.apply_of_arrays(), self.search_of_arrays());
        let (value, pull) = (self.array_value(), self.array_pull());
        quote!(#apply #found #value #pull)
    }

    fn array_value(&self) -> TokenStream {
        let Shim {
            runtime,
            quiet,
            names,
            t,
            ..
        } = self;
        let (name, types) = (value_name(self.calls, self.number), self.incoming());
        let result = self.fallible(&self.owned_output());
        let (found, value) = (
            self.value_of(names),
            self.ok(&quote_spanned!(self.span=> value)),
        );
        quote_spanned! {self.span=>
            #quiet
            #[doc(hidden)]
            fn #name<'a, #t: #runtime::Element>(#(#names: #types),*) -> #result {
                let (value, _) = #found?;
                #value
            }
        }
    }

    fn array_pull(&self) -> Option<TokenStream> {
        if self.active().is_empty() {
            return None;
        }
        let Shim {
            runtime,
            quiet,
            names,
            t,
            ..
        } = self;
        let (rt, types, result) = (self.rt(), self.incoming(), self.pull_type());
        let (name, found) = (pull_name(self.calls, self.number), self.pull_of(names));
        let whole = self.ok(&quote_spanned!(self.span=> (value, #rt::asked_for(pull))));
        Some(quote_spanned! {self.span=>
            #quiet
            #[doc(hidden)]
            fn #name<'a, #t: #runtime::Element>(#(#names: #types),*) -> #result {
                let (value, pull) = #found?;
                #whole
            }
        })
    }

    fn apply_of_arrays(&self) -> TokenStream {
        let Shim {
            runtime,
            quiet,
            names,
            t,
            ..
        } = self;
        let generics = quote_spanned!(self.span=> 'a, #t: #runtime::Element);
        let (types, output) = (self.incoming(), self.owned_output());
        let (rt, apply) = (self.rt(), apply_name(self.calls, self.number));
        let result = self.fallible(&output);
        quote_spanned! {self.span=>
            #quiet
            #[doc(hidden)]
            fn #apply<#generics, R: #rt::GivesResult<Result: #rt::ResultOf<#output>>>(
                f: impl #rt::core::ops::Fn(#(#types),*) -> R, #(#names: #types),*
            ) -> #result {
                #rt::ResultOf::get(#rt::GivesResult::result(f(#(#names),*)))
            }
        }
    }

    /// For arrays of any lifetime.
    pub(super) fn signature_of_arrays(&self) -> Signature<'_> {
        let (runtime, t) = (&self.runtime, &self.t);
        let inputs = self.call.inputs.iter();
        let inputs = inputs.map(|shape| self.borrowed(shape, &TokenStream::new()));
        Signature {
            generics: quote_spanned!(self.span=> #t: #runtime::Element),
            types: inputs.collect(),
            output: self.owned_output(),
            returned: Box::new(|value| self.fallible(value)),
        }
    }

    /// The function in which the callee is found.
    fn search_of_arrays(&self) -> TokenStream {
        let Shim {
            runtime, t, names, ..
        } = self;
        let (types, output) = (self.incoming(), self.owned_output());
        let generics = quote_spanned!(self.span=> 'a, #t: #runtime::Element);
        let [pulled, value, by_position, vjp] =
            ["__pulled", "value", "by_position", "vjp"].map(|name| self.own(name));
        let apply = self.beside(&apply_name(self.calls, self.number));
        let pull = (!self.active().is_empty()).then(|| {
            let pulled = quote_spanned!(self.span=> #pulled(#by_position, #vjp, #(#names),*)?);
            self.pull_of_arrays(&output, &pulled)
        });
        let none = self.own("__None");
        let without = match &pull {
            None => quote!(()),
            Some(_) => quote_spanned!(self.span=> #none),
        };
        let function = pull
            .as_ref()
            .map(|_| self.pulled_of_arrays(&pulled, &types));
        self.found_function(&Search {
            types: &types,
            output: &output,
            returned: &|value| self.fallible(value),
            value: self
                .ok(&quote_spanned!(self.span=> (#apply::<#t, _>(#value, #(#names),*)?, #without))),
            pull,
            items: quote!(#function),
            generics,
        })
    }

    /// The pullback of what is `pulled`. Its own type is not named, since it may borrow from the arguments.
    fn pull_of_arrays(&self, output: &TokenStream, pulled: &TokenStream) -> Pull {
        let inputs = &self.call.inputs;
        let [some, value_of, adjoint_of] =
            ["__Some", "__ValueOf", "__AdjointOf"].map(|name| self.own(name));
        let found = self.each("d");
        let active = self.active();
        let adjoints: Vec<TokenStream> = active.iter().map(|at| self.owned(&inputs[*at])).collect();
        let given = active.iter().zip(&adjoints).map(|(at, of)| {
            let name = &found[*at];
            quote_spanned!(self.span=> #adjoint_of::<#of>::get(#name))
        });
        let given = self.ok(&one_or_tuple(&given.collect::<Vec<_>>()));
        let (seeds, seed_types) = (self.each_output("s"), self.borrowed_seeds());
        let every: Vec<TokenStream> = inputs.iter().map(|shape| self.owned(shape)).collect();
        let (adjoints, every) = (
            self.fallible(&one_or_tuple(&adjoints)),
            self.fallible(&one_or_tuple(&every)),
        );
        let pattern = self.tuple(&found);
        let whole = self.ok(&quote_spanned!(self.span=> (
            #value_of::<#output>::get(value),
            #some(move |#(#seeds: #seed_types),*| {
                let #pattern = pull(#(#seeds),*)?;
                #given
            }),
        )));
        Pull {
            seed: quote!(#(#seed_types),*),
            gives: adjoints,
            every,
            code: quote_spanned! {self.span=>
                let (value, pull) = #pulled;
                #whole
            },
        }
    }

    /// The function that takes both pullbacks that there may be, and runs one of them.
    fn pulled_of_arrays(&self, name: &Ident, types: &[TokenStream]) -> TokenStream {
        let Shim {
            runtime, t, names, ..
        } = self;
        let (rt, adjoints) = (self.rt(), self.each("D"));
        let pulled = self.fallible(&self.tuple(&adjoints));
        let seeds = self.borrowed_seeds();
        let raw = self.fallible(&quote_spanned!(self.span=> (B::Value, B::Pull)));
        quote_spanned! {self.span=>
            fn #name<
                'a,
                #t: #runtime::Element,
                Q,
                B: #rt::TryPullback<Q, Pull: #rt::core::ops::Fn(#(#seeds),*) -> #pulled>,
                P: #rt::core::ops::Fn(#(#types),*) -> B,
                F: #rt::core::ops::Fn(#(#types),*) -> Q,
                #(#adjoints),*
            >(by_position: P, f: F, #(#names: #types),*) -> #raw {
                #rt::TryPullback::run(|| by_position(#(#names),*), || f(#(#names),*))
            }
        }
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
