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

mod activity;
mod builder;
mod cursor;
mod densities;
mod dependence;
mod domains;
mod each_rule;
mod elsewhere;
mod emit;
mod errors;
mod formula;
mod graph;
mod hash;
mod imports;
mod library;
mod lower;
mod parse;
mod plan;
mod rule;
mod rules;
mod shape;
mod show;
mod stable;
mod structs;
mod syntax;
mod tangents;
#[cfg(test)]
mod tests;
mod transform;
mod unit;
mod uses;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::emit::{Expanded, Job};
use crate::errors::Errors;
use crate::plan::ScalarBody;
use crate::plan::arrays::ArrayBody;
use crate::syntax::{Block, Function, Input, Role};
use crate::unit::Unit;

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

/// The functions of numbers with their tangents, for the runtime's dual numbers: see `tangents`.
#[doc(hidden)]
#[proc_macro]
pub fn __tangents(names: proc_macro::TokenStream) -> proc_macro::TokenStream {
    tangents::functions(names.into()).into()
}

/// What the macro makes of a program, to read. Call it as `graph_runtime::expansion!`.
#[proc_macro]
pub fn expansion(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    show::expansion(tokens.into()).into()
}

/// The whole compiler.
fn expand(tokens: TokenStream, draws: bool) -> TokenStream {
    if let Some(found) = found_out("graph", &tokens) {
        return found;
    }
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

/// The call that brings the next struct of another block in, where a block asks for one.
fn found_out(entry: &str, tokens: &TokenStream) -> Option<TokenStream> {
    let (runtime, _, rest) = split_runtime(tokens.clone());
    let head = match tokens.clone().into_iter().next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            quote!(#group)
        }
        _ => quote!((#runtime)),
    };
    let found = imports::first(entry, &runtime, &head, &rest)?;
    Some(found.unwrap_or_else(|errors| errors.tokens()))
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
        Input::Block(mut block) => {
            domains::companions(&mut block, &mut errors);
            may_hold_arrays(&block, features, &mut errors);
            let mut units = lower::block(&block, &mut errors);
            share_target(&block.functions, &mut units);
            let both = block.functions.iter().zip(&mut units);
            let may_expand = both.map(|(function, unit)| {
                if function.role != Role::Own && !errors.is_empty() {
                    return false;
                }
                may_batch(function, unit, features, &mut errors);
                may_have_patterns(unit, &mut errors);
                may_expand(function, unit, features, &mut errors) && !unit.is_repeated
            });
            let may_expand: Vec<bool> = may_expand.collect();
            let job = Job {
                beside: if errors.is_empty() {
                    &block.functions
                } else {
                    &[]
                },
                structs: &block.structs,
                wrong: &block.wrong,
                runtime: &runtime,
                is_inline,
                // Beside an error in the same module rustc says nothing of what a module should show and is not there.
                is_nested: !block.structs.is_empty()
                    || errors.is_empty()
                        && block.functions.iter().any(|function| function.has_density),
                draws,
                is_broken: !errors.is_empty(),
            };
            let all = block.functions.iter().zip(units).zip(may_expand);
            let expanded =
                all.filter(|((function, _), may_expand)| *may_expand && function.is_readable());
            let items = expanded.map(|((function, unit), _)| job.expanded(function, unit));
            emit::block(&job, items.collect())
        }
        Input::Inline(function) => {
            let unit = lower::inline(&function, &mut errors);
            // A block that ends with an error has every type, so nothing follows from it.
            match may_expand(&function, &unit, features, &mut errors) {
                true => {
                    let job = Job {
                        beside: &[],
                        structs: &[],
                        wrong: &[],
                        runtime: &runtime,
                        is_inline,
                        is_nested: false,
                        draws,
                        is_broken: !errors.is_empty(),
                    };
                    job.inline(&function, unit)
                }
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

/// What is made beside one log density speaks of the same inputs and free numbers, so all of it has one target.
fn share_target(functions: &[Function], units: &mut [Unit]) {
    let density = |function: &Function| {
        let of = function.of.as_ref()?;
        Some((of.to_string(), function.condition_texts()))
    };
    let both = functions.iter().zip(units.iter());
    let of_arrays = both.filter(|(_, unit)| !unit.is_small());
    let of_arrays: Vec<_> = of_arrays
        .filter_map(|(function, _)| density(function))
        .collect();
    for (function, unit) in functions.iter().zip(units) {
        unit.is_beside_arrays = density(function).is_some_and(|of| of_arrays.contains(&of));
    }
}

/// Whether anything can be made of a unit. If not, that is reported, and rustc keeps quiet about names that are missing
/// beside a macro's error.
fn has_items(unit: &Unit) -> bool {
    !unit.outputs.is_empty() && unit.inputs.iter().any(unit::Input::active)
}

/// Reports structs whose arrays the runtime has no type for.
fn may_hold_arrays(block: &Block, features: Features, errors: &mut Errors) {
    let own = block.structs.iter().filter(|found| found.import.is_none());
    let any_size = own.filter(|found| !structs::has_fixed_arrays(found));
    for found in any_size.filter(|_| !features.ndarray) {
        errors.report(found.name.span(), errors::Limits::NdarrayMissing);
    }
}

/// Whether a unit has items and the runtime what their arrays need; the latter is reported if not.
fn may_expand(function: &Function, unit: &Unit, features: Features, errors: &mut Errors) -> bool {
    let fits = features.ndarray || unit.is_small();
    if !fits {
        errors.report(function.name.span(), errors::Limits::NdarrayMissing);
    }
    fits && has_items(unit)
}

/// Leaves out a batch, which allocates, where the runtime has no standard library; that is reported at its word.
fn may_batch(function: &Function, unit: &mut Unit, features: Features, errors: &mut Errors) {
    if let Some(place) = function.options.batch.filter(|_| !features.std) {
        errors.report(place, errors::Limits::StdMissing { option: "batch" });
        unit.batch = false;
    }
}

/// Reports what patterns are not followed through, where they are asked for.
fn may_have_patterns(unit: &Unit, errors: &mut Errors) {
    if has_items(unit)
        && let Some(place) = plan::sparse::refused(unit)
    {
        errors.report(place, errors::Limits::SparseThrough);
    }
}

impl Job<'_> {
    /// The target is chosen here: numbers where arrays are small and of literal size, else arrays.
    fn expanded(&self, function: &Function, unit: Unit) -> Expanded {
        match unit.is_small() {
            true => self.expanded_to::<ScalarBody>(function, unit),
            false => self.expanded_to::<ArrayBody>(function, unit),
        }
    }

    fn expanded_to<B: plan::Planned + emit::Target>(
        &self,
        function: &Function,
        unit: Unit,
    ) -> Expanded {
        let (unit, plan) = plan::of::<B>(unit, self.is_inline, self.draws);
        emit::function(self, function, &unit, &plan)
    }

    /// The same of an inline graph.
    fn inline(&self, function: &Function, unit: Unit) -> TokenStream {
        match unit.is_small() {
            true => self.inline_to::<ScalarBody>(function, unit),
            false => self.inline_to::<ArrayBody>(function, unit),
        }
    }

    fn inline_to<B: plan::Planned + emit::Target>(
        &self,
        function: &Function,
        unit: Unit,
    ) -> TokenStream {
        let (unit, plan) = plan::of::<B>(unit, self.is_inline, self.draws);
        emit::inline(self, function, &unit, &plan)
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
