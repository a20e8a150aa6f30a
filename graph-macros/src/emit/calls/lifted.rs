//! The pullback of a call in dual numbers: its operands put together from their components, and what comes of it taken apart.
//!
//! Invariant: each result is a component with the last direction, and those that nobody reads are not taken out.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::emit::one_or_tuple;
use crate::transform::lifted::first_set;

/// An argument of the call or a seed of an output.
pub struct Operand {
    /// Whether it is an array of any size, which is handed on by reference.
    pub is_array: bool,
    /// Its value, and its changes by sets of directions.
    pub components: Vec<TokenStream>,
    /// Of an argument, whether there is an adjoint of it; none of a seed.
    pub is_active: Option<bool>,
    /// What the results that belong to it are bound to.
    pub patterns: Vec<TokenStream>,
}

/// The results bound to their patterns. `pull` makes the value and the pullback; where it `may_fail`, so does that.
pub fn code(
    operands: &[Operand],
    order: usize,
    pull: &TokenStream,
    (runtime, number): (&TokenStream, &Ident),
    may_fail: bool,
) -> TokenStream {
    let rt = quote!(#runtime::__private);
    let dual = (0..order).fold(quote!(#number), |number, _| quote!(#runtime::Dual<#number>));
    let own = |name: Ident| Ident::new(&name.to_string(), Span::mixed_site());
    let name_of = |at: usize| own(format_ident!("given_{at}"));
    let put_together = operands.iter().enumerate().map(|(at, one)| {
        let (name, value) = (
            name_of(at),
            put_together(one.is_array, &one.components, &rt),
        );
        quote!(let #name = #value;)
    });
    let given = |of_seeds: bool| {
        let given = operands.iter().enumerate();
        let given = given.filter(move |(_, one)| one.is_active.is_none() == of_seeds);
        given.map(|(at, one)| {
            let name = name_of(at);
            reference(one.is_array, quote!(#name))
        })
    };
    let (arguments, seeds) = (given(false), given(true));
    let fails = may_fail.then(|| quote!(?));
    let (mut values, mut adjoints) = (Vec::new(), Vec::new());
    let (mut patterns, mut results) = (Vec::new(), Vec::new());
    for (at, one) in operands.iter().enumerate() {
        let is_read = |pattern: &&TokenStream| pattern.to_string() != "_";
        let name = own(format_ident!("lifted_{at}"));
        let is_bound = one.patterns.iter().any(|pattern| is_read(&pattern));
        let bound = match is_bound {
            true => quote!(#name),
            false => quote!(_),
        };
        match one.is_active {
            None => values.push(bound),
            Some(true) => adjoints.push(bound),
            Some(false) => continue,
        }
        let read = one.patterns.iter().enumerate();
        for (set, pattern) in read.filter(|(_, pattern)| is_read(pattern)) {
            patterns.push(pattern.clone());
            results.push(component(&quote!(#name), set, order, &rt));
        }
    }
    let (values, adjoints) = (one_or_tuple(&values), one_or_tuple(&adjoints));
    let (patterns, results) = (one_or_tuple(&patterns), one_or_tuple(&results));
    let pulled = own(format_ident!("lifted"));
    quote! {
        let #patterns = {
            #(#put_together)*
            let (#values, #pulled) = #pull::<#dual>(#(#arguments),*)#fails;
            let #adjoints = #pulled(#(#seeds),*)#fails;
            #results
        };
    }
}

/// A dual number of its value and its tangent, which may be dual numbers of components themselves.
fn put_together(is_array: bool, components: &[TokenStream], rt: &TokenStream) -> TokenStream {
    match components {
        [value] => value.clone(),
        _ => {
            let (values, tangents) = components.split_at(components.len() / 2);
            let [value, tangent] = [values, tangents].map(|half| {
                let is_made = half.len() > 1;
                reference(is_array && is_made, put_together(is_array, half, rt))
            });
            match is_array {
                true => quote!(#rt::moving_array(#value, #tangent)),
                false => quote!(#rt::moving(#value, #tangent)),
            }
        }
    }
}

fn reference(is_needed: bool, value: TokenStream) -> TokenStream {
    match is_needed {
        true => quote!(&#value),
        false => value,
    }
}

/// The component with the last direction and a set of the others.
fn component(of: &TokenStream, set: usize, order: usize, rt: &TokenStream) -> TokenStream {
    debug_assert!(set < first_set(order));
    let others = (0..order - 1).rev();
    others.fold(quote!(#rt::tangent(&#of)), |of, direction| {
        match set >> direction & 1 {
            1 => quote!(#rt::tangent(&#of)),
            _ => quote!(#rt::value(&#of)),
        }
    })
}
