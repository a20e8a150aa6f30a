//! What is written in other languages and not in this one: what to say about it, and how to go on behind it.
//!
//! Invariant: every function here reports one problem, and passes over all that would draw a second one.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::Parser;
use crate::cursor::{Cursor, token_text};
use crate::errors::Problem;
use crate::rule;
use crate::syntax::{Expr, ExprKind, is_keyword, place_of};

impl Parser {
    /// Something stands where an expression has ended.
    pub(super) fn unexpected(&mut self, cursor: &Cursor) {
        let (place, found) = cursor.whole_sign();
        let problem = match cursor.peek() {
            Some(TokenTree::Ident(word)) if word == "as" => Problem::Cast,
            Some(TokenTree::Punct(punct)) => match punct.as_char() {
                '%' => Problem::Remainder,
                '?' => Problem::Ternary,
                ',' | '=' | ':' | '\'' | '#' | '$' | '~' => Problem::Expected {
                    what: "an operator or `;`",
                    found: Some(&found),
                },
                _ => Problem::UnknownOperator { sign: &found },
            },
            _ => Problem::MissingOperator { found: &found },
        };
        self.errors.report(place, problem);
    }

    // In heads of functions.

    /// `f<T>(x)`.
    pub(super) fn type_parameters(&mut self, cursor: &mut Cursor) {
        if !cursor.peeks("<") {
            return;
        }
        self.errors.report(cursor.place(), Problem::TypeParameters);
        while !cursor.at_end() && !matches!(cursor.peek(), Some(TokenTree::Group(_))) {
            cursor.next();
        }
    }

    /// What Rust writes in front of a parameter: `&x`, `mut x`.
    pub(super) fn modifiers(&mut self, cursor: &mut Cursor) {
        while cursor.peeks("&") || cursor.peeks_word("mut") || cursor.peeks_word("ref") {
            let word = cursor.text().unwrap_or_default();
            self.errors
                .report(cursor.place(), Problem::InputModifier { word: &word });
            cursor.next();
        }
    }

    /// `x: f64`.
    pub(super) fn not_a_shape(&mut self, cursor: &mut Cursor) {
        match cursor.text() {
            Some(found) => self
                .errors
                .report(cursor.place(), Problem::TypeAsShape { found: &found }),
            None => self.expected(cursor, "a shape such as `[n, 3]`"),
        }
        skip_to_comma(cursor);
    }

    // Around definitions.

    /// `let z = x`, `mut z = x`.
    pub(super) fn words_before_definition(&mut self, cursor: &mut Cursor) {
        let words = ["let", "mut", "const", "static"];
        let place = cursor.place();
        let mut first = None;
        while let Some(word) = words.iter().find(|word| cursor.peeks_word(word)) {
            cursor.next();
            first.get_or_insert(*word);
        }
        if let Some(word) = first {
            self.errors.report(place, Problem::Let { word });
        }
    }

    /// Whether a definition is meant: `z := x`, `z == x`, `z: f64 = x`.
    pub(super) fn at_other_equals(&self, cursor: &Cursor) -> bool {
        let shape = matches!(
            cursor.peek_at(2),
            Some(TokenTree::Ident(_) | TokenTree::Group(_))
        );
        let typed = cursor.peeks_at(1, ":")
            && (cursor.peeks_at(2, "=") || shape && cursor.peeks_at(3, "="));
        matches!(cursor.peek(), Some(TokenTree::Ident(_))) && (typed || cursor.peeks_at(1, "=="))
    }

    pub(super) fn other_equals(&mut self, cursor: &mut Cursor) {
        let place = cursor.place();
        if let Some(sign) = [":=", "=="].into_iter().find(|sign| cursor.peeks(sign)) {
            let end = cursor.peek_at(1).map_or(place, place_of);
            cursor.sign(sign);
            self.errors
                .report(place.to(end), Problem::NotEquals { sign });
        } else if cursor.sign(":").is_some() {
            self.errors.report(place, Problem::TypedDefinition);
            while !cursor.at_end() && cursor.sign("=").is_none() {
                cursor.next();
            }
        }
    }

    /// `x + 1;`, `x += 1;`, `return x;`: everything up to the `;`, as one mistake.
    pub(super) fn not_a_definition(&mut self, cursor: &mut Cursor) {
        let found = cursor.text().unwrap_or_default();
        let place = cursor.place();
        let is_name = matches!(cursor.peek(), Some(TokenTree::Ident(_)));
        let compound = ["+=", "-=", "*=", "/=", "^=", "%=", "@="]
            .into_iter()
            .find(|sign| is_name && cursor.peeks_at(1, sign));
        let (mut named, mut count, mut end) = (false, 0, place);
        while !cursor.at_end() && !cursor.peeks(";") {
            end = cursor.place();
            count += 1;
            named |= cursor.peeks("=") && !cursor.peeks("==");
            cursor.next();
        }
        cursor.sign(";");
        let (problem, end) = match compound {
            Some(sign) => (Problem::CompoundAssignment { name: &found, sign }, place),
            None if found == "return" => (Problem::Return, place),
            None if is_keyword(&found) && found != "if" => {
                let (word, role) = (&*found, "a definition");
                (Problem::KeywordAsName { word, role }, place)
            }
            None if named || count < 2 && !is_name => {
                (Problem::ExpectedDefinition { found: &found }, place)
            }
            None => (Problem::Nameless, end),
        };
        self.errors.report(place.to(end), problem);
    }

    // In expressions.

    /// `&x` and `*x` are read as `x`, once it is said that they are not written.
    pub(super) fn reference(&mut self, cursor: &mut Cursor) -> Expr {
        let place = cursor.place();
        let sign = cursor.text().unwrap_or_default();
        while cursor.peeks("&") || cursor.peeks("*") || cursor.peeks_word("mut") {
            cursor.next();
        }
        if cursor.at_end() || matches!(cursor.peek(), Some(TokenTree::Punct(_))) {
            let found = Some(sign.as_str());
            self.errors
                .report(place, Problem::ExpectedExpression { found });
            return Expr::missing(place);
        }
        self.errors
            .report(place, Problem::Reference { sign: &sign });
        self.postfix(cursor)
    }

    /// `x.sin()`, `x.powi(2)`, `x.len`.
    pub(super) fn method(&mut self, cursor: &mut Cursor, base: &Expr) {
        let Some(TokenTree::Ident(name)) = cursor.peek() else {
            return self.expected(cursor, "`T`, for the transpose, behind the dot");
        };
        let (name, place) = (name.to_string(), cursor.place());
        let name = name.as_str();
        let base = match &base.kind {
            ExprKind::Name(base) => base.to_string(),
            _ => "…".to_owned(),
        };
        let base = base.as_str();
        let problem = match name {
            "powi" | "powf" => Problem::MethodPower { name, base },
            _ if !rule::named(name).is_empty() => Problem::MethodCall { name, base },
            _ => Problem::UnknownPostfix { name },
        };
        self.errors.report(place, problem);
        cursor.next();
        cursor.group(Delimiter::Parenthesis);
    }

    /// `self.decay`, `true`, `match x { … }`: a word of Rust where a value should be.
    pub(super) fn keyword(&mut self, cursor: &mut Cursor, name: &Ident) -> Expr {
        let word = &*name.to_string();
        let rust;
        let problem = match word {
            "true" | "false" => Problem::NotANumber {
                what: "the truth value",
                literal: word,
            },
            "_" => {
                skip_rust(cursor);
                Problem::ExpectedExpression { found: Some("_") }
            }
            _ => {
                rust = format!("{word}{}", skip_rust(cursor));
                Problem::Keyword { word, rust: &rust }
            }
        };
        self.errors.report(name.span(), problem);
        Expr::missing(name.span())
    }

    /// `sin x`.
    pub(super) fn unbracketed_argument(&mut self, cursor: &mut Cursor, name: &Ident) -> Expr {
        let argument = cursor.text().unwrap_or_default();
        let problem = Problem::CallWithoutBrackets {
            name: &name.to_string(),
            argument: &argument,
        };
        self.errors.report(name.span(), problem);
        self.postfix(cursor);
        Expr::missing(name.span())
    }

    /// `a::<f64>::b(x)`, from its `<` on.
    pub(super) fn turbofish(&mut self, cursor: &mut Cursor) {
        self.errors.report(cursor.place(), Problem::Turbofish);
        while !cursor.at_end() && !cursor.peeks(";") && cursor.sign(">").is_none() {
            cursor.next();
        }
        cursor.group(Delimiter::Parenthesis);
    }
}

/// Passes over what looks like the rest of a Rust expression (`self.decay`), so that it draws one error only.
fn skip_rust(cursor: &mut Cursor) -> String {
    let mut passed = String::new();
    while cursor.peeks(".") && !cursor.peeks("..") {
        let call = [cursor.next(), cursor.next()];
        passed.extend(call.iter().flatten().map(token_text));
        if cursor.group(Delimiter::Parenthesis).is_some() {
            passed += "(…)";
        }
    }
    match passed.is_empty() {
        true => " …".to_owned(),
        false => passed,
    }
}

pub(super) fn skip_to_comma(cursor: &mut Cursor) {
    while !cursor.at_end() && !cursor.peeks(",") && !cursor.peeks(";") {
        cursor.next();
    }
}
