//! The compiler behind `graph!`: maths in, straight-line forward and backward code out.
//!
//! Use it through `graph-runtime`, whose `graph!` hands its own path to the macro here.
//!
//! ```text
//! tokens ──parse──▶ syntax tree ──lower──▶ Graph ──transform──▶ Graph ──plan──▶ Plan ──emit──▶ tokens
//! ```
//!
//! Each arrow is a pure function with one input and one output, and reports what is wrong to one collector
//! (`errors`). What every operation means is one row of one table (`rules`).

mod builder;
mod cursor;
mod each_rule;
mod emit;
mod errors;
mod graph;
mod lower;
mod parse;
mod plan;
mod rule;
mod rules;
mod shape;
mod syntax;
#[cfg(test)]
mod tests;
mod transform;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::errors::Errors;
use crate::lower::Unit;
use crate::syntax::{Function, Input};
use crate::transform::elements;

/// Turns maths into forward and backward code. Call it as `graph_runtime::graph!`, which passes the runtime's path in
/// front of the user's tokens.
#[proc_macro]
pub fn graph(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(tokens.into()).into()
}

/// Calls the macro named once for every element-wise row of the table, for tests: see `each_rule`.
#[doc(hidden)]
#[proc_macro]
pub fn __each_rule(callback: proc_macro::TokenStream) -> proc_macro::TokenStream {
    each_rule::calls(&callback.into()).into()
}

/// The whole compiler.
fn expand(tokens: TokenStream) -> TokenStream {
    let (runtime, has_ndarray, tokens) = split_runtime(tokens);
    let (input, mut errors) = parse::input(tokens);
    match input {
        Input::Functions(functions) => {
            let units = lower::functions(&functions, &mut errors);
            for (function, unit) in functions.iter().zip(&units) {
                may_expand(function, unit, has_ndarray, &mut errors);
            }
            let mut names = std::collections::HashSet::new();
            let items: TokenStream = functions
                .iter()
                .zip(units)
                .filter(|(function, unit)| {
                    has_items(unit)
                        && (has_ndarray || elements::fits(unit))
                        && names.insert(syntax::text(&function.name))
                })
                .map(|(function, unit)| expand_function(function, unit, &runtime, &errors))
                .collect();
            let messages = errors.tokens();
            quote!(#messages #items)
        }
        Input::Inline(function) => {
            let unit = lower::inline(&function, &mut errors);
            let may_expand = may_expand(&function, &unit, has_ndarray, &mut errors);
            let messages = errors.tokens();
            // A block that ends with an error has every type, so nothing follows from it.
            let value =
                (may_expand && has_items(&unit)).then(|| expand_inline(&function, unit, &runtime));
            match (&value, errors.len()) {
                // By itself a message can stand among items too, where a block would hide it.
                (None, 1) => messages,
                _ => quote!({ #messages #value }),
            }
        }
    }
}

/// Whether anything can be made of a unit. If not, that is reported, and rustc keeps quiet about names that are missing
/// beside a macro's error.
fn has_items(unit: &Unit) -> bool {
    !unit.outputs.is_empty() && unit.inputs.iter().any(lower::Input::active)
}

/// Whether the runtime has what the unit's arrays need; reported if not.
fn may_expand(function: &Function, unit: &Unit, has_ndarray: bool, errors: &mut Errors) -> bool {
    let fits = has_ndarray || elements::fits(unit);
    if !fits {
        errors.report(function.name.span(), errors::Problem::NdarrayMissing);
    }
    fits
}

fn expand_function(
    function: &Function,
    unit: Unit,
    runtime: &TokenStream,
    errors: &Errors,
) -> TokenStream {
    let broken = !errors.is_empty();
    if elements::fits(&unit) {
        let unit = elements::run(unit);
        emit::numbers::function(function, &unit, &plan::functions(&unit), runtime, broken)
    } else {
        emit::ndarray::function(
            function,
            &unit,
            &plan::arrays::functions(&unit),
            runtime,
            broken,
        )
    }
}

fn expand_inline(function: &Function, unit: Unit, runtime: &TokenStream) -> TokenStream {
    if elements::fits(&unit) {
        let unit = elements::run(unit);
        emit::numbers::inline(function, &unit, &plan::inline_graph(&unit), runtime)
    } else {
        emit::ndarray::inline(function, &unit, &plan::arrays::inline_graph(&unit), runtime)
    }
}

/// The runtime's path, which its `macro_rules!` puts in front in parentheses, followed by a `!` where it is built without
/// `ndarray`; whether it has that; and the user's tokens.
fn split_runtime(tokens: TokenStream) -> (TokenStream, bool, TokenStream) {
    let mut rest = tokens.into_iter();
    match rest.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            let is_sign = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '!');
            let (signs, path): (Vec<_>, Vec<_>) = group.stream().into_iter().partition(is_sign);
            (path.into_iter().collect(), signs.is_empty(), rest.collect())
        }
        first => (
            quote!(::graph_runtime),
            true,
            first.into_iter().chain(rest).collect(),
        ),
    }
}
