//! Definitions: a name, a sign, an expression.
//!
//! ```text
//! definition = attribute* name [":" shape] "=" expr ";"    the last ";" may be left out
//! ```

use proc_macro2::{Delimiter, TokenTree};

use super::Parser;
use crate::cursor::Cursor;
use crate::errors::Reading;
use crate::syntax::{Definition, Expr, Shape, text};

impl Parser {
    pub(super) fn at_definition(&self, cursor: &Cursor) -> bool {
        matches!(cursor.peek(), Some(TokenTree::Ident(_)))
            && cursor.peeks_at(1, "=")
            && !["==", "=>"].iter().any(|sign| cursor.peeks_at(1, sign))
    }

    /// A shape in brackets between a definition's name and its `=`. Any other type is left for its own message.
    fn shape_of_definition(&mut self, cursor: &mut Cursor, name: &str) -> Option<Shape> {
        let bracket = |token| matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
        match cursor.peeks(":") && bracket(cursor.peek_at(1).cloned()) {
            true => self.optional_shape(cursor, name),
            false => None,
        }
    }

    pub(super) fn definition(&mut self, cursor: &mut Cursor) -> Option<Definition> {
        let mut docs = Vec::new();
        while let Some(attribute) = self.attribute(cursor) {
            docs.push(attribute.into_iter().collect());
        }
        if cursor.sign(";").is_some() {
            return None;
        }
        let had_words = self.words_before_definition(cursor);
        if self.several_names(cursor) {
            return None;
        }
        if !self.at_definition(cursor) && !self.at_other_equals(cursor) {
            self.not_a_definition(cursor);
            return None;
        }
        let name = self.name(cursor, "a definition");
        let defined = name.as_ref().map(text).unwrap_or_default();
        let shape = self.shape_of_definition(cursor, &defined);
        let is_other = ["==", "=>"].iter().any(|sign| cursor.peeks(sign));
        if is_other || cursor.sign("=").is_none() {
            self.other_equals(cursor, had_words);
        }
        let before = self.errors.len();
        let mut expr = self.expr(cursor);
        let failed = self.errors.len() > before;
        if !self.end_of_definition(cursor, failed) {
            expr = Expr::missing(expr.place);
        }
        Some(Definition {
            docs,
            name: name?,
            shape,
            expr,
        })
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
        if !failed {
            self.unexpected(cursor);
        }
        cursor.skip_past_semicolon();
        false
    }
}
