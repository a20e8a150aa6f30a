//! The items of an expansion, each by its name.
//!
//! Invariant: modules and the block of an inline graph are looked into; a method stands in an `impl` of its own.

use proc_macro2::TokenStream;

use super::pieces::{Piece, pieces};
use super::printer::{closing, print};

/// Name and text of each struct, function and method; a trait's method is called `Trait::method`.
pub fn items(code: TokenStream, runtime: &TokenStream) -> Vec<(String, String)> {
    let mut items = Vec::new();
    collect(&pieces(code, runtime), &[], &mut items);
    items
}

fn collect(pieces: &[Piece], head: &[Piece], items: &mut Vec<(String, String)>) {
    let mut start = 0;
    while start < pieces.len() {
        let end = end_of_item(pieces, start);
        item(&pieces[start..end], head, items);
        start = end;
    }
}

/// Past the brace or the semicolon that ends the item.
fn end_of_item(pieces: &[Piece], start: usize) -> usize {
    match last_of_item(pieces, start) {
        Some(at) if pieces[at] == Piece::Open('{') => closing(pieces, at) + 1,
        Some(at) => at + 1,
        None => pieces.len(),
    }
}

/// The first brace or semicolon that is in no other bracket.
fn last_of_item(pieces: &[Piece], start: usize) -> Option<usize> {
    let mut at = start;
    while at < pieces.len() {
        match &pieces[at] {
            Piece::Open('{') => return Some(at),
            Piece::Open(_) => at = closing(pieces, at),
            piece if piece.is(";") => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

fn item(pieces: &[Piece], head: &[Piece], items: &mut Vec<(String, String)>) {
    let brace = last_of_item(pieces, 0).filter(|at| pieces[*at] == Piece::Open('{'));
    let body = brace.map(|brace| (&pieces[..brace], &pieces[brace + 1..pieces.len() - 1]));
    let kind = [
        "fn", "struct", "mod", "impl", "match", "enum", "use", "const",
    ];
    let begin = &pieces[..brace.unwrap_or(pieces.len())];
    let found = begin.iter().enumerate().find_map(|(at, piece)| {
        kind.iter()
            .find(|word| piece.is(word))
            .map(|word| (at, *word))
    });
    match (found, body) {
        (Some((at, "fn" | "struct")), _) => {
            let name = pieces.get(at + 1).map_or_else(String::new, Piece::text);
            if !name.starts_with("__") {
                let name = prefix(head) + &name;
                items.push((name, print(&[head, pieces, closing_brace(head)].concat())));
            }
        }
        (Some((_, "mod")), Some((_, inner))) => collect(inner, &[], items),
        (Some((_, "impl")), Some((before, inner))) => {
            let head = [before, &[Piece::Open('{')]].concat();
            collect(inner, &head, items);
        }
        // An inline graph is a `match` of what it captures, whose one arm holds the items.
        (Some((_, "match")), Some((_, arm))) => {
            let inner = arm.iter().position(|piece| *piece == Piece::Open('{'));
            inner
                .into_iter()
                .for_each(|open| collect(&arm[open + 1..closing(arm, open)], &[], items));
        }
        (None, Some((_, inner))) => collect(inner, &[], items),
        _ => {}
    }
}

/// `Trait::` in the implementation of a trait.
fn prefix(head: &[Piece]) -> String {
    let Some(end) = head.iter().position(|piece| piece.is("for")) else {
        return String::new();
    };
    let mut depth = 0;
    let mut name = String::new();
    for piece in &head[..end] {
        match piece {
            piece if piece.is("<") => depth += 1,
            piece if piece.is(">") => depth -= 1,
            Piece::Word(word) if depth == 0 => name.clone_from(word),
            _ => {}
        }
    }
    name + "::"
}

/// What closes an `impl` that was opened.
fn closing_brace(head: &[Piece]) -> &'static [Piece] {
    if head.is_empty() {
        &[]
    } else {
        &[Piece::Close('}')]
    }
}
