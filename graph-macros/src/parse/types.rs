//! Types where a shape or nothing should stand, as Rust and Stan write them: what is meant by them here.
//!
//! Invariant: what is no array of numbers for certain is left for the message about shapes in general.

use proc_macro2::{Delimiter, Group, TokenTree};

use super::{NUMBER_TYPES, Parser};
use crate::cursor::{Cursor, token_text};
use crate::elsewhere;
use crate::errors::Reading;
use crate::syntax::{Given, Place, Shape, place_of, text};

/// What a dimension is called that has no name.
const NAMES: [&str; 4] = ["n", "m", "k", "l"];

impl Parser {
    /// `x: Vec<f64>`, `x: &[f64]`, `x: [f64; 3]`, `x: Array2<f64>`: whether there was such a type.
    pub(super) fn type_of_array(&mut self, cursor: &mut Cursor, name: &str) -> bool {
        let tokens = type_ahead(cursor);
        let Some(shape) = shape_of(&tokens) else {
            return false;
        };
        let place = place_of(&tokens[0]);
        self.errors.report(
            place,
            Reading::TypeOfArray {
                name,
                shape: &shape,
            },
        );
        for _ in tokens {
            cursor.next();
        }
        true
    }

    /// `real mu`, `vector[n] y` in front of an input's name: of an array its shape, as far as one was written.
    pub(super) fn array_in_front(&mut self, cursor: &mut Cursor) -> Option<Option<Shape>> {
        let (place, word) = (cursor.place(), cursor.text()?);
        let axes = elsewhere::axes_of_type(&word)?;
        let extents = match cursor.peek_at(1) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
                Some(group.clone())
            }
            _ => None,
        };
        let at_name = 1 + usize::from(extents.is_some());
        let Some(TokenTree::Ident(name)) = cursor.peek_at(at_name) else {
            return None;
        };
        let name = text(name);
        for _ in 0..at_name {
            cursor.next();
        }
        self.said_in_front(place, &word, &name, axes, extents)
    }

    fn said_in_front(
        &mut self,
        place: Place,
        word: &str,
        name: &str,
        axes: usize,
        extents: Option<Group>,
    ) -> Option<Option<Shape>> {
        if axes == 0 && extents.is_none() {
            self.errors.report(place, Reading::InputModifier { word });
            return None;
        }
        let shape = match &extents {
            Some(group) => group.to_string(),
            None => format!("[{}]", NAMES[..axes].join(", ")),
        };
        self.errors.report(
            place,
            Reading::TypeOfArray {
                name,
                shape: &shape,
            },
        );
        let shape = |parser: &mut Parser, group: Group| {
            let (given, place) = (Given::Numbers, place_of(&group.clone().into()));
            let dims = parser.dims(&group).filter(|dims| !dims.is_empty())?;
            Some(Shape { given, dims, place })
        };
        Some(extents.and_then(|group| shape(self, group)))
    }
}

/// The tokens up to where a type ends.
fn type_ahead(cursor: &Cursor) -> Vec<TokenTree> {
    let mut depth = 0;
    let tokens = (0..).map_while(|at| cursor.peek_at(at));
    let inside = tokens.take_while(|token| match token_text(token).as_str() {
        "<" => {
            depth += 1;
            true
        }
        ">" => {
            depth -= 1;
            true
        }
        "," => depth > 0,
        ";" | "=" => false,
        _ => !matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace),
    });
    inside.cloned().collect()
}

/// The shape of an array, as it is declared here.
fn shape_of(tokens: &[TokenTree]) -> Option<String> {
    if let [TokenTree::Group(group)] = tokens
        && !is_type(group)
    {
        return None;
    }
    let mut dims = Vec::new();
    let of = element(tokens, &mut dims)?;
    if dims.is_empty() || dims.len() > NAMES.len() {
        return None;
    }
    let names = dims.iter().zip(NAMES);
    let dims: Vec<&str> = names
        .map(|(dim, name)| dim.as_deref().unwrap_or(name))
        .collect();
    let labels = if of == "usize" { "index" } else { "" };
    Some(format!("{labels}[{}]", dims.join(", ")))
}

/// `[f64; 3]` and `[f64]`, which no shape is.
fn is_type(group: &Group) -> bool {
    let tokens: Vec<String> = group
        .stream()
        .into_iter()
        .map(|token| token_text(&token))
        .collect();
    let is_slice = matches!(&tokens[..], [word] if NUMBER_TYPES.contains(&word.as_str()));
    is_slice || tokens.iter().any(|token| token == ";")
}

/// What an array holds, and its extents as far as they are written, from the outermost.
fn element(tokens: &[TokenTree], dims: &mut Vec<Option<String>>) -> Option<String> {
    let (first, rest) = tokens.split_first()?;
    match first {
        TokenTree::Punct(punct) if punct.as_char() == '&' => element(rest, dims),
        TokenTree::Punct(punct) if punct.as_char() == '\'' => element(rest.get(1..)?, dims),
        TokenTree::Ident(word) if word == "mut" => element(rest, dims),
        TokenTree::Ident(word) if word == "Vec" => {
            dims.push(None);
            element(rest.get(1..rest.len().checked_sub(1)?)?, dims)
        }
        TokenTree::Ident(word) if word.to_string().starts_with("Array") => {
            dims.resize(dims.len() + axes_of_ndarray(tokens)?, None);
            Some(String::new())
        }
        TokenTree::Ident(word) if rest.is_empty() => Some(word.to_string()),
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket && rest.is_empty() => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let is_end = |token: &TokenTree| token_text(token) == ";";
            let end = inner.iter().position(is_end).unwrap_or(inner.len());
            let extent = inner.get(end + 1..).unwrap_or_default();
            let extent: String = extent.iter().map(token_text).collect();
            dims.push(Some(extent).filter(|extent| !extent.is_empty()));
            element(&inner[..end], dims)
        }
        _ => None,
    }
}

/// The axes of `Array2<f64>` or `Array<f64, Ix2>`.
fn axes_of_ndarray(tokens: &[TokenTree]) -> Option<usize> {
    let prefixes = ["ArrayView", "ArrayRef", "ArcArray", "Array", "Ix"];
    let axes = |token: &TokenTree| {
        let word = token_text(token);
        let digits = prefixes.iter().find_map(|prefix| word.strip_prefix(prefix));
        digits?.parse().ok()
    };
    tokens.iter().find_map(axes)
}
