//! Tokens to syntax: the grammar of the guide, read by recursive descent.
//!
//! ```text
//! input = inline | (struct | function)+
//! ```
//!
//! `items` reads functions and inline graphs, `structs` structs, `params` inputs and outputs, `definitions` what is between, then
//! `expressions` descends from the loosest sign to the tightest, `densities` reads `~` and domains, and `operands` and `calls` read what signs join. The
//! functions bear the names of the grammar and descend in its order. `recovery` and `types` are apart: what other languages write
//! and this one does not, and how to go on behind it.
//!
//! `syn::Expr` cannot read this language: in Rust `^` binds looser than `+`, so it would read `x + y^2` as
//! `(x + y)^2`. Invariant: a tree is always returned. After an error the parser goes on at the next `;`, and the
//! definition that was hit keeps its name, so that its uses draw no second error.

mod calls;
mod definitions;
mod densities;
mod expressions;
mod items;
mod operands;
mod params;
mod recovery;
mod structs;
mod types;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use crate::cursor::Cursor;
use crate::errors::{Errors, Reading};
use crate::hash::Map;
use crate::syntax::{Expr, Function, Input, Struct, is_keyword, place_of, text};

/// How many expressions may stand inside one another; the stages recurse on them, and rustc's own stack is not ours to
/// exhaust.
const DEEPEST: usize = 100;

/// Rust's number types, which a graph never names.
const NUMBER_TYPES: &[&str] = &[
    "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// Reads the macro's whole input.
pub fn input(tokens: TokenStream) -> (Input, Errors) {
    let mut parser = Parser::default();
    let last = tokens.clone().into_iter().last();
    let end = last.map_or_else(Span::call_site, |token| place_of(&token).end);
    let mut cursor = Cursor::new(tokens, end);
    let input = if parser.at_item(&cursor) {
        let mut block = parser.items_of_block(&mut cursor);
        crate::structs::check(&mut block, &mut parser.errors);
        Input::Block(block)
    } else {
        Input::Inline(parser.inline(&mut cursor))
    };
    (input, parser.errors)
}

/// Reads functions that the compiler has made, which may have these structs.
pub fn functions(tokens: TokenStream, structs: &[Struct]) -> Vec<Function> {
    let mut parser = Parser::default();
    let names = structs.iter();
    let names = names.map(|found| (text(&found.name), !found.dims.is_empty()));
    parser.structs = names.collect();
    let mut cursor = Cursor::new(tokens, Span::call_site());
    let mut functions = Vec::new();
    while !cursor.at_end() {
        functions.extend(parser.function(&mut cursor));
    }
    if !parser.errors.is_empty() {
        unreachable!("what is made can be read: {:?}", parser.errors.texts())
    }
    functions
}

/// Reads one expression: the derivative column of the rule table.
pub fn formula(tokens: TokenStream) -> (Expr, Errors) {
    let mut parser = Parser::default();
    let mut cursor = Cursor::new(tokens, Span::call_site());
    let expr = parser.expr(&mut cursor);
    parser.end_of(&cursor);
    (expr, parser.errors)
}

#[derive(Default)]
struct Parser {
    errors: Errors,
    depth: usize,
    /// The structs of the block, and whether each takes extents.
    structs: Map<String, bool>,
    /// Whether a local name of a body is being defined, and whether an index is being read.
    is_local: bool,
    is_index: bool,
    /// Names that are defined in text which could not be read, so that their uses stay silent.
    passed: Vec<Ident>,
}

impl Parser {
    /// A name of the user's; `role` says of what, should there be none.
    fn name(&mut self, cursor: &mut Cursor, role: &'static str) -> Option<Ident> {
        let place = cursor.place();
        let Some(name) = cursor.ident() else {
            let found = cursor.text();
            let found = found.as_deref();
            self.errors
                .report(place, Reading::ExpectedName { found, role });
            return None;
        };
        let word = name.to_string();
        if is_keyword(&word) {
            self.errors
                .report(place, Reading::KeywordAsName { word: &word, role });
            return None;
        }
        Some(name)
    }

    fn sign(&mut self, cursor: &mut Cursor, sign: &str, what: &'static str) -> Option<Span> {
        let span = cursor.sign(sign);
        if span.is_none() {
            self.expected(cursor, what);
        }
        span
    }

    /// Reports that `what` should stand here.
    fn expected(&mut self, cursor: &Cursor, what: &'static str) {
        let found = cursor.text();
        let found = found.as_deref();
        self.errors
            .report(cursor.place(), Reading::Expected { what, found });
    }

    /// Reports what is left, and whether nothing is.
    fn end_of(&mut self, cursor: &Cursor) -> bool {
        if !cursor.at_end() {
            self.unexpected(cursor);
        }
        cursor.at_end()
    }
}

fn integer(token: &TokenTree) -> Option<i64> {
    let TokenTree::Literal(literal) = token else {
        return None;
    };
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Int(number) if number.suffix().is_empty() => number.base10_parse().ok(),
        _ => None,
    }
}
