//! Tokens as a flat list of words, signs and brackets, with long paths shortened.
//!
//! Invariant: brackets are balanced.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Word(String),
    Sign(String),
    Open(char),
    Close(char),
}

impl Piece {
    pub fn text(&self) -> String {
        match self {
            Piece::Word(text) | Piece::Sign(text) => text.clone(),
            Piece::Open(sign) | Piece::Close(sign) => sign.to_string(),
        }
    }

    pub fn is(&self, text: &str) -> bool {
        matches!(self, Piece::Word(word) | Piece::Sign(word) if word == text)
    }
}

/// The pieces of code, without attributes and without the ways into the runtime.
pub fn pieces(tokens: TokenStream, runtime: &TokenStream) -> Vec<Piece> {
    let (mut all, mut way) = (Vec::new(), Vec::new());
    flatten(tokens, &mut all);
    flatten(runtime.clone(), &mut way);
    tidied(&shortened(&all, &way))
}

fn flatten(tokens: TokenStream, pieces: &mut Vec<Piece>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                tokens.next_if(|next| matches!(next, TokenTree::Group(_)));
            }
            TokenTree::Punct(sign) => {
                let mut text = sign.to_string();
                let mut spacing = sign.spacing();
                while spacing == Spacing::Joint
                    && let Some(TokenTree::Punct(next)) = tokens.next_if(|next| joins(&text, next))
                {
                    text.push(next.as_char());
                    spacing = next.spacing();
                }
                match tokens.peek() {
                    Some(TokenTree::Ident(name)) if text == "'" => {
                        pieces.push(Piece::Word(format!("'{name}")));
                        tokens.next();
                    }
                    _ => pieces.push(Piece::Sign(text)),
                }
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ('(', ')'),
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                    Delimiter::None => {
                        flatten(group.stream(), pieces);
                        continue;
                    }
                };
                pieces.push(Piece::Open(open));
                flatten(group.stream(), pieces);
                pieces.push(Piece::Close(close));
            }
            word => pieces.push(Piece::Word(word.to_string())),
        }
    }
}

/// Whether two signs are one.
fn joins(text: &str, next: &TokenTree) -> bool {
    const LONG: &[&str] = &[
        "::", "->", "=>", "==", "..", "..=", "<=", ">=", "!=", "&&", "||",
    ];
    match next {
        TokenTree::Punct(next) => LONG.contains(&format!("{text}{}", next.as_char()).as_str()),
        _ => false,
    }
}

/// Without the runtime's path in front, nor `__private`; of what leads into the core library only the last name.
fn shortened(all: &[Piece], way: &[Piece]) -> Vec<Piece> {
    let mut short = Vec::new();
    let mut rest = all;
    while let Some(first) = rest.first() {
        let inner = rest.strip_prefix(way).and_then(after_path);
        let Some(inner) = inner.filter(|_| !way.is_empty()) else {
            short.push(first.clone());
            rest = &rest[1..];
            continue;
        };
        rest = inner;
        if rest[0].is("__private") {
            rest = after_path(&rest[1..]).unwrap_or(rest);
        }
        while (rest[0].is("core") || short_of_core(&rest[0])) && after_path(&rest[1..]).is_some() {
            rest = after_path(&rest[1..]).unwrap_or(rest);
        }
    }
    short
}

/// Without commas before a closing bracket, and with `x` for `x: x`.
fn tidied(all: &[Piece]) -> Vec<Piece> {
    let mut tidy: Vec<Piece> = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let ends = |at: usize| match all.get(at) {
            Some(next) => next.is(",") || matches!(next, Piece::Close(_)),
            None => false,
        };
        let starts = tidy
            .last()
            .is_some_and(|last| last.is(",") || *last == Piece::Open('{'));
        let is_field = matches!(all.get(at..at + 3), Some([name, sign, value]) if name == value && sign.is(":"));
        let closes = matches!(all.get(at + 1), Some(Piece::Close(_)));
        if starts && is_field && ends(at + 3) {
            at += 2;
        } else if all[at].is(",") && closes {
            at += 1;
        }
        tidy.push(all[at].clone());
        at += 1;
    }
    tidy
}

/// What follows a `::`.
fn after_path(pieces: &[Piece]) -> Option<&[Piece]> {
    match pieces {
        [sign, rest @ ..] if sign.is("::") => Some(rest),
        _ => None,
    }
}

/// The modules of the core library that generated code names.
fn short_of_core(piece: &Piece) -> bool {
    const MODULES: &[&str] = &[
        "primitive",
        "clone",
        "marker",
        "fmt",
        "cmp",
        "ops",
        "result",
        "default",
        "option",
        "prelude",
        "v1",
    ];
    MODULES.iter().any(|module| piece.is(module))
}
