//! Plan to tokens, one folder a target; `target` is what they share. Invariant: nothing is decided here.

mod calls;
mod code;
mod docs;
pub mod names;
pub mod ndarray;
pub mod numbers;
mod picture;
mod problem;
mod target;
mod tokens;
mod uses;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use crate::graph::{Dim, Graph, InputId, NodeId, Op};
use crate::hash::Set;
use crate::lower::{Input, Unit};
use crate::syntax::{Function, text};

/// What generated items look like to the lints of the crate they land in: like nobody's handwriting.
pub fn quiet() -> TokenStream {
    quote!(#[allow(clippy::all, clippy::pedantic, clippy::nursery, nonstandard_style, unreachable_pub, unused, unused_qualifications, unused_results)])
}

/// The same for the one function in which rustc's lint for unused names is the user's to see.
pub fn almost_quiet() -> TokenStream {
    quote!(#[allow(clippy::all, clippy::pedantic, clippy::nursery, dead_code, nonstandard_style, unused_imports, unused_parens, unused_qualifications, unused_results)])
}

/// `[[T; 3]; 2]` for literal extents; the number type itself for none.
pub fn array_type(shape: &[Dim], number: &TokenStream) -> TokenStream {
    shape.iter().rev().fold(number.clone(), |inner, dim| {
        let size = proc_macro2::Literal::usize_unsuffixed(dim.size().unwrap_or(0));
        quote!([#inner; #size])
    })
}

/// Entries, row by row, as a nested array expression or pattern.
pub fn nested(shape: &[Dim], entries: &[TokenStream]) -> TokenStream {
    let Some((first, rest)) = shape.split_first() else {
        return entries.first().cloned().unwrap_or_default();
    };
    let rows = first.size().unwrap_or(0);
    let size = entries.len().checked_div(rows).unwrap_or(0);
    let parts = (0..rows).map(|row| nested(rest, &entries[row * size..][..size]));
    quote!([#(#parts),*])
}

/// One value as it is, several as a tuple.
pub fn one_or_tuple(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [only] => only.clone(),
        several => quote!((#(#several),*)),
    }
}

/// A use of every input that the user's definitions mention and simplification has left out of the code.
pub fn mentioned(unit: &Unit, graph: &Graph, read: impl Iterator<Item = NodeId>) -> TokenStream {
    let in_code: Set<InputId> = read
        .filter_map(|id| match graph.node(id).op {
            Op::Input { input, .. } => Some(input),
            _ => None,
        })
        .collect();
    let left_out =
        |(at, input): &(usize, &Input)| input.mentioned && !in_code.contains(&InputId(*at));
    let names = unit
        .inputs
        .iter()
        .enumerate()
        .filter(left_out)
        .map(|(_, input)| &input.name);
    names.map(|name| quote!(let _ = &#name;)).collect()
}

/// The user's own Rust in braces, which are ours, so that no lint calls them superfluous.
pub fn block(tokens: &TokenStream, span: Span) -> TokenStream {
    let mut group = Group::new(Delimiter::Brace, tokens.clone());
    group.set_span(Span::mixed_site().located_at(span));
    TokenTree::from(group).into()
}

/// `f(x, y) -> z`, for documentation.
pub fn signature(function: &Function, unit: &Unit) -> String {
    let inputs: Vec<_> = unit.inputs.iter().map(|input| text(&input.name)).collect();
    let outputs: Vec<_> = unit
        .outputs
        .iter()
        .map(|output| text(&output.name))
        .collect();
    format!(
        "{}({}) -> {}",
        text(&function.name),
        inputs.join(", "),
        outputs.join(", ")
    )
}

/// What bodies beside the module call it, since there `T` is the number type.
pub fn module_name(function: &Function) -> Ident {
    match text(&function.name).as_str() {
        "T" => Ident::new("__T", function.name.span()),
        _ => function.name.clone(),
    }
}

/// Brings that name about.
pub fn module_alias(function: &Function) -> TokenStream {
    let (name, alias, quiet) = (&function.name, module_name(function), quiet());
    let conditions = conditions(function);
    match *name == alias {
        true => TokenStream::new(),
        false => quote!(#(#conditions)* #quiet use #name as #alias;),
    }
}

/// A doc comment where the user wrote none.
pub fn default_docs(function: &Function, docs: &str) -> TokenStream {
    let written = function
        .attributes
        .iter()
        .any(|attribute| starts_with(attribute, "#[doc"));
    if written {
        TokenStream::new()
    } else {
        quote!(#[doc = #docs])
    }
}

/// The `#[cfg(…)]` attributes, which all items of a function share.
pub fn conditions(function: &Function) -> impl Iterator<Item = &TokenStream> {
    function
        .attributes
        .iter()
        .filter(|attribute| starts_with(attribute, "#[cfg"))
}

fn starts_with(attribute: &TokenStream, text: &str) -> bool {
    attribute.to_string().replace(' ', "").starts_with(text)
}

/// Whether bodies name something of the user's surroundings, so that they must stand there.
pub fn mentions_surroundings(graph: &Graph) -> bool {
    !graph.rust.is_empty() || !graph.calls.is_empty()
}
