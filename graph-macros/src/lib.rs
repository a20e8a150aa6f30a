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
//!
//! Two things are made for people rather than for rustc: `plan::picture` describes the graph as it was written, with the adjoint
//! of every node and the gradient of every edge, and `show` prints an expansion as text.
//!
#![doc = include_str!("../docs/architecture.md")]
#![doc = include_str!("../OPERATIONS.md")]

mod builder;
mod cursor;
mod each_rule;
mod elsewhere;
mod emit;
mod errors;
mod graph;
mod hash;
mod lower;
mod parse;
mod plan;
mod rule;
mod rules;
mod shape;
mod show;
mod syntax;
#[cfg(test)]
mod tests;
mod transform;
mod uses;

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
    expand(tokens.into(), false).into()
}

/// The same with a `picture` for every graph: what `graph_runtime::graph!` calls where its feature `picture` is on.
#[proc_macro]
pub fn graph_with_pictures(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(tokens.into(), true).into()
}

/// Calls the macro named once for every element-wise row of the table, for tests: see `each_rule`.
#[doc(hidden)]
#[proc_macro]
pub fn __each_rule(callback: proc_macro::TokenStream) -> proc_macro::TokenStream {
    each_rule::calls(&callback.into()).into()
}

/// What the macro makes of a program, to read. Call it as `graph_runtime::expansion!`.
#[proc_macro]
pub fn expansion(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    show::expansion(tokens.into()).into()
}

/// The whole compiler.
fn expand(tokens: TokenStream, draws: bool) -> TokenStream {
    let Compiled {
        messages,
        code,
        is_block,
    } = compile(tokens, draws);
    if is_block {
        quote!({ #messages #code })
    } else {
        quote!(#messages #code)
    }
}

/// A program's errors, and its items or the block of an inline graph.
struct Compiled {
    messages: TokenStream,
    code: TokenStream,
    is_block: bool,
}

fn compile(tokens: TokenStream, draws: bool) -> Compiled {
    let (runtime, features, tokens) = split_runtime(tokens);
    let (input, mut errors) = parse::input(tokens);
    let is_inline = matches!(input, Input::Inline(_));
    let code: TokenStream = match input {
        Input::Functions(functions) => {
            let mut units = lower::functions(&functions, &mut errors);
            for (function, unit) in functions.iter().zip(&mut units) {
                may_expand(function, unit, features, &mut errors);
                may_batch(function, unit, features, &mut errors);
            }
            let is_first = |at: usize| {
                let mut before = functions[..at].iter();
                !before.any(|other| lower::excludes(other, &functions[at]))
            };
            functions
                .iter()
                .zip(units)
                .enumerate()
                .filter(|(at, (function, unit))| {
                    has_items(unit)
                        && function.is_readable()
                        && (features.ndarray || elements::fits(unit))
                        && is_first(*at)
                })
                .map(|(_, (function, unit))| {
                    expand_function(function, &functions, unit, &runtime, draws, &errors)
                })
                .collect()
        }
        Input::Inline(function) => {
            let unit = lower::inline(&function, &mut errors);
            let may_expand = may_expand(&function, &unit, features, &mut errors);
            // A block that ends with an error has every type, so nothing follows from it.
            match may_expand && has_items(&unit) {
                true => expand_inline(&function, unit, &runtime, draws),
                false => TokenStream::new(),
            }
        }
    };
    // By itself a message can stand among items too, where rustc would not look into a block.
    let is_message = code.is_empty() && errors.len() == 1;
    Compiled {
        messages: errors.tokens(),
        code,
        is_block: is_inline && !is_message,
    }
}

/// Whether anything can be made of a unit. If not, that is reported, and rustc keeps quiet about names that are missing
/// beside a macro's error.
fn has_items(unit: &Unit) -> bool {
    !unit.outputs.is_empty() && unit.inputs.iter().any(lower::Input::active)
}

/// Whether the runtime has what the unit's arrays need; reported if not.
fn may_expand(function: &Function, unit: &Unit, features: Features, errors: &mut Errors) -> bool {
    let fits = features.ndarray || elements::fits(unit);
    if !fits {
        errors.report(function.name.span(), errors::Problem::NdarrayMissing);
    }
    fits
}

/// Leaves out a batch, which allocates, where the runtime has no standard library; that is reported at its word.
fn may_batch(function: &Function, unit: &mut Unit, features: Features, errors: &mut Errors) {
    if let Some(place) = function.options.batch.filter(|_| !features.std) {
        errors.report(place, errors::Problem::StdMissing { option: "batch" });
        unit.batch = false;
    }
}

fn expand_function(
    function: &Function,
    functions: &[Function],
    unit: Unit,
    runtime: &TokenStream,
    draws: bool,
    errors: &Errors,
) -> TokenStream {
    let broken = !errors.is_empty();
    let beside = if broken { &[] } else { functions };
    if elements::fits(&unit) {
        let picture = draws.then(|| plan::picture::numbers(&unit));
        let unit = elements::run(unit);
        let plan = plan::Plan {
            picture,
            ..plan::functions(&unit)
        };
        emit::numbers::function(function, beside, &unit, &plan, runtime, broken)
    } else {
        let plan = plan::arrays::Plan {
            picture: draws.then(|| plan::picture::arrays(&unit)),
            ..plan::arrays::functions(&unit)
        };
        emit::ndarray::function(function, beside, &unit, &plan, runtime, broken)
    }
}

fn expand_inline(
    function: &Function,
    unit: Unit,
    runtime: &TokenStream,
    draws: bool,
) -> TokenStream {
    if elements::fits(&unit) {
        let picture = draws.then(|| plan::picture::numbers(&unit));
        let unit = elements::run(unit);
        let plan = plan::Plan {
            picture,
            ..plan::inline_graph(&unit)
        };
        emit::numbers::inline(function, &unit, &plan, runtime)
    } else {
        let plan = plan::arrays::Plan {
            picture: draws.then(|| plan::picture::arrays(&unit)),
            ..plan::arrays::inline_graph(&unit)
        };
        emit::ndarray::inline(function, &unit, &plan, runtime)
    }
}

/// What the runtime is built with.
#[derive(Clone, Copy)]
struct Features {
    ndarray: bool,
    std: bool,
}

/// The runtime's path, which its `macro_rules!` puts in front in parentheses, followed by a `!` where it is built without
/// `ndarray` and by another where it is built without `std`; what it has of both; and the user's tokens.
fn split_runtime(tokens: TokenStream) -> (TokenStream, Features, TokenStream) {
    let mut rest = tokens.into_iter();
    match rest.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            let is_sign = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '!');
            let (signs, path): (Vec<_>, Vec<_>) = group.stream().into_iter().partition(is_sign);
            let features = Features {
                ndarray: signs.is_empty(),
                std: signs.len() < 2,
            };
            (path.into_iter().collect(), features, rest.collect())
        }
        first => (
            quote!(::graph_runtime),
            Features {
                ndarray: true,
                std: true,
            },
            first.into_iter().chain(rest).collect(),
        ),
    }
}
