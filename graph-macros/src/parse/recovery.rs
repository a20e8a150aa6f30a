//! What is written in other languages and not in this one: what to say about it, and how to go on behind it.
//!
//! Invariant: every function here reports one problem, and passes over all that would draw a second one.

use proc_macro2::{Delimiter, Group, Ident, TokenTree};

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
            Some(TokenTree::Ident(word)) if word == "if" => Problem::Choice {
                written: "a if condition else b",
            },
            Some(TokenTree::Ident(word)) if word == "and" => Problem::OperatorWord {
                word: "and",
                sign: "&&",
            },
            Some(TokenTree::Ident(word)) if word == "or" => Problem::OperatorWord {
                word: "or",
                sign: "||",
            },
            Some(TokenTree::Punct(punct)) => match punct.as_char() {
                '%' => Problem::Remainder,
                '?' => Problem::Choice {
                    written: "condition ? a : b",
                },
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
        if LOOPS.contains(&&*found) {
            self.errors.report(place, Problem::Loop { word: &found });
            return skip_loop(cursor);
        }
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
        cursor.next();
        let named = match &base.kind {
            ExprKind::Name(base) => base.to_string(),
            _ => "…".to_owned(),
        };
        if LIBRARIES.contains(&&*named) {
            return self.library(cursor, base, &named, &name);
        }
        let name = name.as_str();
        let group = cursor.group(Delimiter::Parenthesis);
        let args = arguments_after(&named, group.as_ref());
        let problem = match name {
            "powi" | "powf" => Problem::MethodPower { name, base: &named },
            _ if !rule::called(name).is_empty() => Problem::MethodCall { name, args: &args },
            _ => Problem::UnknownPostfix { name },
        };
        self.errors.report(place, problem);
    }

    /// `np.exp(x)`, `torch.nn.functional.relu(x)`, from behind the first name on.
    fn library(&mut self, cursor: &mut Cursor, base: &Expr, library: &str, name: &str) {
        let (mut path, mut name) = (library.to_owned(), name.to_owned());
        while cursor.peeks(".") && matches!(cursor.peek_at(1), Some(TokenTree::Ident(_))) {
            cursor.next();
            path = format!("{path}.{name}");
            name = cursor.text().unwrap_or_default();
            cursor.next();
        }
        let group = cursor.group(Delimiter::Parenthesis);
        let problem = Problem::Library {
            path: &path,
            name: &name,
            call: if group.is_some() { "(…)" } else { "" },
        };
        self.errors.report(base.place, problem);
    }

    /// `x.T()`.
    pub(super) fn brackets_of_transpose(&mut self, cursor: &mut Cursor) {
        if let Some(TokenTree::Group(group)) = cursor.peek()
            && group.delimiter() == Delimiter::Parenthesis
            && group.stream().is_empty()
        {
            self.errors
                .report(cursor.place(), Problem::TransposeIsCalled);
            cursor.next();
        }
    }

    /// `x[:, 0]`, `x[1:3]`, `x[::2]`: a range as it is written in other languages, read as one once that is said.
    pub(super) fn colon(&mut self, cursor: &mut Cursor) -> bool {
        if !cursor.peeks(":") {
            return false;
        }
        self.errors.report(cursor.place(), Problem::ColonRange);
        if cursor.peeks("::") {
            skip_to_comma(cursor);
        } else {
            cursor.next();
        }
        true
    }

    /// `|x| x^2`.
    pub(super) fn closure(&mut self, cursor: &mut Cursor) -> Expr {
        let place = cursor.place();
        self.errors.report(place, Problem::Closure);
        cursor.next();
        while !cursor.at_end() && !cursor.peeks(";") && cursor.sign("|").is_none() {
            cursor.next();
        }
        skip_to_comma(cursor);
        Expr::missing(place)
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
            "where" if cursor.group(Delimiter::Parenthesis).is_some() => Problem::Choice {
                written: "where(condition, a, b)",
            },
            word if LOOPS.contains(&word) => {
                cursor.skip_to_semicolon();
                Problem::Loop { word }
            }
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

/// What libraries of other languages are called where their functions are used.
const LIBRARIES: &[&str] = &[
    "np", "numpy", "jnp", "jax", "torch", "tf", "math", "Math", "scipy", "sp", "sympy", "mx",
];

/// The words that begin a loop in other languages.
const LOOPS: &[&str] = &["for", "while", "loop"];

/// A loop up to the end of its body, or of its line.
fn skip_loop(cursor: &mut Cursor) {
    while !cursor.at_end() && !cursor.peeks(";") && cursor.group(Delimiter::Brace).is_none() {
        cursor.next();
    }
    cursor.sign(";");
}

/// `x, w` for `x.dot(w)`.
fn arguments_after(base: &str, group: Option<&Group>) -> String {
    match group.map(Group::stream) {
        Some(rest) if !rest.is_empty() => format!("{base}, {rest}"),
        _ => base.to_owned(),
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
