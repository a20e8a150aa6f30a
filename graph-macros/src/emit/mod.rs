//! Plan to tokens: what both targets say, once, and a folder for each target. Invariant: nothing is decided here.

mod calls;
pub mod code;
mod derives;
mod docs;
mod equation;
mod items;
mod log_density;
mod module;
pub mod names;
mod ndarray;
mod numbers;
mod picture;
mod problem;
mod records;
mod slots;
mod steps;
mod structs;
mod target;
mod tokens;
mod uses;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use self::module::Emit;
pub use self::module::Expanded;
pub use self::records::block;
pub use self::target::Target;
use crate::graph::{Dim, Graph, InputId, RustConstant};
use crate::hash::Set;
use crate::plan::Plan;
use crate::syntax::{Function, Struct, spaceless, text};
use crate::unit::{Input, Unit};

/// The surroundings of what is made of a graph.
pub struct Job<'j> {
    /// The functions of its block, if all of them are expanded.
    pub beside: &'j [Function],
    /// The structs of its block.
    pub structs: &'j [Struct],
    /// Those of which something is wrong.
    pub wrong: &'j [Struct],
    pub runtime: &'j TokenStream,
    pub is_inline: bool,
    /// Whether the modules of its functions stand in another one, with the structs.
    pub is_nested: bool,
    pub draws: bool,
    /// Beside an error, lints say nothing.
    pub is_broken: bool,
}

/// Everything of a `fn`.
pub fn function<B: Target>(
    job: &Job,
    function: &Function,
    unit: &Unit,
    plan: &Plan<B>,
) -> Expanded {
    Emit::new(job, function, unit, plan).function(job.is_broken)
}

/// The block of an inline graph.
pub fn inline<B: Target>(
    job: &Job,
    function: &Function,
    unit: &Unit,
    plan: &Plan<B>,
) -> TokenStream {
    Emit::new(job, function, unit, plan).block()
}

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
        let size = proc_macro2::Literal::usize_unsuffixed(dim.literal_size());
        quote!([#inner; #size])
    })
}

/// Entries, row by row, as a nested array expression or pattern.
pub fn nested(shape: &[Dim], entries: &[TokenStream]) -> TokenStream {
    let Some((first, rest)) = shape.split_first() else {
        return entries[0].clone();
    };
    let rows = first.literal_size();
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
pub fn mentioned(unit: &Unit, read: impl Iterator<Item = InputId>) -> TokenStream {
    let in_code: Set<InputId> = read.collect();
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

/// A constant of the user's Rust as a plain number, in braces that are ours, so that no lint calls them superfluous. All of it
/// stands where the user's braces do, and so do messages.
pub fn constant(constant: &RustConstant, runtime: &TokenStream) -> TokenStream {
    let place = constant.place.start;
    let span = Span::mixed_site().located_at(place);
    let mut group = Group::new(Delimiter::Brace, constant.tokens.clone());
    group.set_span(span);
    let runtime = calls::located_at(runtime, place);
    // A path that begins with the runtime's own tokens would be underlined from there on, which is the whole graph.
    quote_spanned!(span=> {
        use #runtime::__private::constant as __constant;
        __constant(#group)
    })
}

/// `f(x, y) -> z`, for documentation.
pub fn signature(function: &Function, unit: &Unit) -> String {
    let inputs: Vec<_> = unit.params.iter().map(|slot| text(&slot.name)).collect();
    let outputs: Vec<_> = unit.results.iter().map(|slot| text(&slot.name)).collect();
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
    let (conditions, own) = (function.conditions(), own_use(function));
    match *name == alias {
        true => TokenStream::new(),
        false => quote!(#(#conditions)* #quiet #own use #name as #alias;),
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

/// What the user says of the inputs, as a list in the documentation of the function.
pub fn inputs_docs(function: &Function) -> TokenStream {
    let mut lines = Vec::new();
    for param in &function.params {
        let written = param.docs.iter().filter_map(doc_text);
        let written: Vec<String> = written.collect();
        for (at, line) in written.iter().flat_map(|text| text.split('\n')).enumerate() {
            lines.push(match at {
                0 => format!("- `{}`: {}", text(&param.name), line.trim()),
                _ => format!("  {line}").trim_end().to_owned(),
            });
        }
    }
    if lines.is_empty() {
        return TokenStream::new();
    }
    quote!(#[doc = ""] #[doc = "# Inputs"] #[doc = ""] #(#[doc = #lines])*)
}

/// The documentation of an input's adjoint: whose it is, and what the user says of that.
pub fn adjoint_docs(function: &Function, name: &Ident) -> TokenStream {
    let docs = format!("The adjoint of the input `{}`.", text(name));
    let param = function.params.iter().find(|param| param.name == *name);
    let written = param.map_or(&[][..], |param| &param.docs);
    let line = (!written.is_empty()).then(|| quote!(#[doc = ""]));
    quote!(#[doc = #docs] #line #(#written)*)
}

/// What a `/// …` says, if it is text rather than a macro that gives some.
fn doc_text(attribute: &TokenStream) -> Option<String> {
    let Some(TokenTree::Group(group)) = attribute.clone().into_iter().last() else {
        return None;
    };
    match group.stream().into_iter().last() {
        Some(TokenTree::Literal(literal)) => match syn::Lit::new(literal) {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Where generated code uses the function itself, which may be deprecated for others.
pub fn own_use(function: &Function) -> Option<TokenStream> {
    let mut attributes = function.attributes.iter();
    attributes
        .any(|attribute| {
            let may_be = starts_with(attribute, "#[cfg_attr(")
                && spaceless(attribute).contains(",deprecated");
            may_be || starts_with(attribute, "#[deprecated")
        })
        .then(|| quote!(#[allow(deprecated)]))
}

fn starts_with(attribute: &TokenStream, text: &str) -> bool {
    spaceless(attribute).starts_with(text)
}

/// Whether bodies name something of the user's surroundings, so that they must stand there.
pub fn mentions_surroundings(graph: &Graph) -> bool {
    !graph.rust.is_empty() || !graph.calls.is_empty()
}
