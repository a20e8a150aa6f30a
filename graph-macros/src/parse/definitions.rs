//! Definitions: a name, a sign, an expression.
//!
//! ```text
//! definition = attribute* (typed | "(" typed,+ ")") "=" expr ";"    the last ";" may be left out
//! typed      = name [":" shape]
//! ```

use std::rc::Rc;

use proc_macro2::{Delimiter, Group, TokenTree};

use super::Parser;
use crate::cursor::Cursor;
use crate::errors::Reading;
use crate::syntax::{Definition, Expr, Part, Shape, text};

impl Parser {
    pub(super) fn at_definition(&self, cursor: &Cursor) -> bool {
        let is_named = match cursor.peek() {
            Some(TokenTree::Ident(_)) => true,
            Some(TokenTree::Group(group)) => are_names(group),
            _ => false,
        };
        is_named
            && cursor.peeks_at(1, "=")
            && !["==", "=>"].iter().any(|sign| cursor.peeks_at(1, sign))
    }

    /// Whether a body begins with a local name. What is written in front of one elsewhere begins no expression.
    pub(super) fn at_local(&self, cursor: &Cursor) -> bool {
        if cursor.peeks("#") && matches!(cursor.peek_at(1), Some(TokenTree::Group(_))) {
            return true;
        }
        let is_name = matches!(cursor.peek(), Some(TokenTree::Ident(_)));
        self.at_definition(cursor)
            || is_name && cursor.peeks_at(1, ":") && cursor.peeks_at(3, "=")
            || cursor.peeks_word("let")
    }

    /// A shape in brackets between a definition's name and its `=`. Any other type is left for its own message.
    fn shape_of_definition(&mut self, cursor: &mut Cursor, name: &str) -> Option<Shape> {
        match at_shape(cursor, 0) {
            true => self.shape_of_result(cursor, name),
            false => None,
        }
    }

    /// A local name of a body; none where only a comment stands in front of the value. Comments are for readers of the formula.
    pub(super) fn local(&mut self, cursor: &mut Cursor) -> Vec<Definition> {
        self.docs(cursor, || Reading::LocalAttribute);
        let around = std::mem::replace(&mut self.is_local, true);
        let definitions = match self.at_local(cursor) {
            true => self.definition(cursor),
            false => Vec::new(),
        };
        self.is_local = around;
        definitions
    }

    /// A definition, or several of one call; none where it could not be read.
    pub(super) fn definition(&mut self, cursor: &mut Cursor) -> Vec<Definition> {
        let mut docs = Vec::new();
        while let Some(attribute) = self.attribute(cursor) {
            docs.push(attribute.into_iter().collect());
        }
        if cursor.sign(";").is_some() {
            return Vec::new();
        }
        if matches!(cursor.peek(), Some(TokenTree::Group(_))) && self.at_definition(cursor) {
            return self.parts_of_call(cursor);
        }
        let had_words = self.words_before_definition(cursor);
        if self.several_names(cursor) {
            return Vec::new();
        }
        if !self.at_definition(cursor) && !self.at_other_equals(cursor) {
            self.not_a_definition(cursor);
            return Vec::new();
        }
        let name = self.name(cursor, "a definition");
        let defined = name.as_ref().map(text).unwrap_or_default();
        let shape = self.shape_of_definition(cursor, &defined);
        let is_other = ["==", "=>"].iter().any(|sign| cursor.peeks(sign));
        if is_other || cursor.sign("=").is_none() {
            self.other_equals(cursor, had_words);
        }
        let expr = self.defining(cursor);
        let definition = name.map(|name| Definition {
            docs,
            name,
            shape,
            expr,
            part: None,
        });
        definition.into_iter().collect()
    }

    /// `(a, b) = f(x);`
    fn parts_of_call(&mut self, cursor: &mut Cursor) -> Vec<Definition> {
        let Some(group) = cursor.group(Delimiter::Parenthesis) else {
            unreachable!("a definition has names")
        };
        cursor.sign("=");
        let mut expr = self.defining(cursor);
        let before = self.errors.len();
        let mut inner = Cursor::inside(&group);
        let (mut names, mut shapes) = (Vec::new(), Vec::new());
        while !inner.at_end() && self.errors.len() == before {
            // An output that nobody wants has no name, if another one has.
            let is_skipped = inner.peeks_word("_") && are_some_named(&group);
            let name = match is_skipped {
                true => inner.next().and(None),
                false => self.name(&mut inner, "a definition"),
            };
            let shape = name
                .as_ref()
                .and_then(|name| self.shape_of_definition(&mut inner, &text(name)));
            names.extend(name.map(|name| (shapes.len(), name)));
            shapes.push(shape);
            inner.sign(",");
        }
        if self.errors.len() > before {
            expr = Expr::missing(expr.place).into();
        }
        let shapes: Rc<[Option<Shape>]> = shapes.into();
        let first = names.first().map(|(at, _)| *at);
        let part = |(at, name): (usize, _)| Definition {
            docs: Vec::new(),
            name,
            shape: shapes[at].clone(),
            expr: expr.clone(),
            part: Some(Part {
                at,
                shapes: shapes.clone(),
                is_first: Some(at) == first,
            }),
        };
        names.into_iter().map(part).collect()
    }

    /// What a name is defined by, and the end of the definition.
    fn defining(&mut self, cursor: &mut Cursor) -> Rc<Expr> {
        let before = self.errors.len();
        let expr = self.expr(cursor);
        let failed = self.errors.len() > before;
        match self.end_of_definition(cursor, failed) {
            true => expr.into(),
            false => Expr::missing(expr.place).into(),
        }
    }

    /// `a = x, z = a;`.
    fn at_comma_between_definitions(&self, cursor: &Cursor) -> bool {
        let is_name = matches!(cursor.peek_at(1), Some(TokenTree::Ident(_)));
        let is_definition = cursor.peeks_at(2, "=") && !cursor.peeks_at(2, "==");
        cursor.peeks(",") && is_name && is_definition
    }

    /// A definition ends with `;`, with the input, or, by mistake, where the next one starts; else it is none.
    fn end_of_definition(&mut self, cursor: &mut Cursor, failed: bool) -> bool {
        if cursor.sign(";").is_some() || cursor.at_end() {
            return true;
        }
        if self.at_definition(cursor) {
            let before = cursor.text().unwrap_or_default();
            let problem = Reading::MissingSemicolon { before: &before };
            self.errors.report(cursor.place(), problem);
            return true;
        }
        if self.at_comma_between_definitions(cursor) {
            self.expected(cursor, "`;` between definitions");
            cursor.next();
            return true;
        }
        // In a body, whose parts are separated by semicolons; a comma is what loops have elsewhere.
        if self.is_local && !failed && cursor.peeks(",") {
            self.expected(cursor, "`;` behind the value of a local name");
            cursor.next();
            return true;
        }
        if !failed {
            self.unexpected(cursor);
        }
        cursor.skip_past_semicolon();
        false
    }
}

/// `: [3]`.
fn at_shape(cursor: &Cursor, at: usize) -> bool {
    let is_bracket = matches!(cursor.peek_at(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
    cursor.peeks_at(at, ":") && is_bracket
}

/// Whether not all of several names are `_`.
fn are_some_named(group: &Group) -> bool {
    let mut tokens = group.stream().into_iter();
    tokens.any(|token| matches!(token, TokenTree::Ident(name) if name != "_"))
}

/// `(a, b: [n])`.
fn are_names(group: &Group) -> bool {
    let inner = Cursor::inside(group);
    let mut at = 0;
    while matches!(inner.peek_at(at), Some(TokenTree::Ident(_))) {
        at += if at_shape(&inner, at + 1) { 3 } else { 1 };
        match inner.peek_at(at) {
            None => return group.delimiter() == Delimiter::Parenthesis,
            Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => at += 1,
            Some(_) => return false,
        }
    }
    at > 0 && inner.peek_at(at).is_none() && group.delimiter() == Delimiter::Parenthesis
}
