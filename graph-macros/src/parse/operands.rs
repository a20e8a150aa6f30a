//! Operands: what stands between the signs, and what is written behind it.
//!
//! ```text
//! postfix = primary {"[" item,+ "]" | ".T" | "." name}    a number behind the dot is reported when it is known of what
//! item    = bound | [bound] (".." | "..=") [bound]
//! primary = number | name | path "(" … ")" | "(" expr ")" | "[" expr,+ "]" | "{" Rust "}" | "if" … | struct
//! ```

use proc_macro2::{Delimiter, Group, Ident, TokenTree};
use quote::ToTokens;

use super::{NUMBER_TYPES, Parser, integer};
use crate::cursor::Cursor;
use crate::errors::Reading;
use crate::rule;
use crate::syntax::{Expr, ExprKind, Item, Place, is_keyword, place_of, text};

impl Parser {
    pub(super) fn postfix(&mut self, cursor: &mut Cursor) -> Expr {
        let mut expr = self.primary(cursor);
        loop {
            if let Some(group) = cursor.group(Delimiter::Bracket) {
                let place = expr.place.to(place_of(&group.clone().into()));
                let before = self.errors.len();
                let (base, items) = (Box::new(expr), self.items(&group));
                let kind = match self.errors.len() > before {
                    true => ExprKind::Missing,
                    false => ExprKind::Index { base, items },
                };
                expr = self.bounded(cursor, Expr::new(kind, place));
            } else if self.at_property(cursor) {
                cursor.sign(".");
                expr = self.property(cursor, expr);
                expr = self.bounded(cursor, expr);
            } else {
                return expr;
            }
        }
    }

    /// `.T`, or what stands for it, and no sign that begins with a dot elsewhere.
    fn at_property(&self, cursor: &Cursor) -> bool {
        let signs = ["..", ".*", "./", ".^", ".+", ".-"];
        cursor.peeks(".") && !signs.iter().any(|sign| cursor.peeks(sign))
    }

    fn property(&mut self, cursor: &mut Cursor, base: Expr) -> Expr {
        let place = cursor.place();
        if cursor.word("T").is_some() {
            self.brackets_of_transpose(cursor);
            let whole = base.place.to(place);
            return Expr::new(ExprKind::Transpose(Box::new(base)), whole);
        }
        if self.at_field(cursor)
            && let Some(name) = cursor.ident()
        {
            let (whole, base) = (base.place.to(place), Box::new(base));
            return Expr::new(ExprKind::Field { base, name }, whole);
        }
        if let Some(TokenTree::Literal(number)) = cursor.peek()
            && number
                .to_string()
                .starts_with(|sign: char| sign.is_ascii_digit())
        {
            let (number, whole, base) = (number.clone(), base.place.to(place), Box::new(base));
            cursor.next();
            return Expr::new(ExprKind::Numbered { base, number }, whole);
        }
        match cursor.at_end() {
            true => self.expected(cursor, "`.T`, the transpose"),
            // The next definition has begun, and that is said.
            false if self.at_definition(cursor) => {}
            false => self.method(cursor, &base),
        }
        Expr::missing(base.place.to(place))
    }

    /// The name of a field, where there are structs, rather than that of a method or of a definition.
    fn at_field(&self, cursor: &Cursor) -> bool {
        let is_name =
            matches!(cursor.peek(), Some(TokenTree::Ident(name)) if !is_keyword(&name.to_string()));
        let is_call = matches!(cursor.peek_at(1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
        is_name && !is_call && !self.structs.is_empty() && !self.at_definition(cursor)
    }

    fn items(&mut self, group: &Group) -> Vec<Item> {
        let mut cursor = Cursor::inside(group);
        let around = std::mem::replace(&mut self.is_index, true);
        let mut items = Vec::new();
        if cursor.at_end() {
            let (what, found) = ("an index", Some("]"));
            let place = place_of(&group.clone().into());
            self.errors.report(place, Reading::Expected { what, found });
        }
        while !cursor.at_end() {
            items.push(self.item(&mut cursor));
            if cursor.sign(",").is_none() {
                break;
            }
        }
        if cursor.peeks("<") || cursor.peeks(">") {
            let found = "a condition";
            self.errors
                .report(cursor.place(), Reading::LoopBound { found });
        } else {
            self.end_of(&cursor);
        }
        self.is_index = around;
        items
    }

    fn item(&mut self, cursor: &mut Cursor) -> Item {
        let start = cursor.place();
        let from = (!cursor.peeks("..") && !cursor.peeks(":")).then(|| self.bound(cursor));
        let inclusive = cursor.peeks("..=");
        if self.other_range(cursor) || cursor.sign("..=").or_else(|| cursor.sign("..")).is_none() {
            return Item::At(from.unwrap_or_else(|| Expr::missing(start)));
        }
        let to = (!cursor.at_end() && !cursor.peeks(",")).then(|| self.bound(cursor));
        let end = to.as_ref().map_or(start, |to| to.place);
        Item::Range {
            from,
            to,
            inclusive,
            place: start.to(end),
        }
    }

    fn primary(&mut self, cursor: &mut Cursor) -> Expr {
        let place = cursor.place();
        match cursor.peek() {
            Some(TokenTree::Literal(_)) => self.number(cursor),
            Some(TokenTree::Ident(_)) => self.word(cursor),
            Some(TokenTree::Group(group)) => {
                let group = group.clone();
                cursor.next();
                self.group(&group)
            }
            Some(TokenTree::Punct(_)) if cursor.peeks("::") => self.path(cursor),
            Some(TokenTree::Punct(_)) if cursor.peeks("|") => self.bars(cursor),
            Some(TokenTree::Punct(_)) if self.at_leading_dot(cursor) => self.leading_dot(cursor),
            Some(TokenTree::Punct(_)) if cursor.peeks("@") => self.closure(cursor, place),
            Some(TokenTree::Punct(_)) if cursor.peeks("&") || cursor.peeks("*") => {
                self.reference(cursor)
            }
            _ => {
                let found = cursor.text();
                let found = found.as_deref();
                self.errors
                    .report(place, Reading::ExpectedExpression { found });
                Expr::missing(place)
            }
        }
    }

    fn group(&mut self, group: &Group) -> Expr {
        let place = place_of(&group.clone().into());
        match group.delimiter() {
            Delimiter::Brace => Expr::new(ExprKind::Rust(group.stream()), place),
            Delimiter::Bracket => self.array(group, place),
            Delimiter::Parenthesis | Delimiter::None => {
                let mut inner = Cursor::inside(group);
                let expr = self.in_brackets(&mut inner);
                Expr::new(expr.kind, place)
            }
        }
    }

    /// One expression, or by mistake several.
    fn in_brackets(&mut self, cursor: &mut Cursor) -> Expr {
        let before = self.errors.len();
        let expr = self.expr(cursor);
        if self.errors.len() == before && cursor.peeks(",") {
            self.errors.report(cursor.place(), Reading::Tuple);
        } else if self.errors.len() > before || self.end_of(cursor) {
            return expr;
        }
        Expr::missing(expr.place)
    }

    fn at_leading_dot(&self, cursor: &Cursor) -> bool {
        cursor.peeks(".") && cursor.peek_at(1).and_then(integer).is_some()
    }

    /// `[1 2 3]`, `[1, 2; 3, 4]`: entries that no comma separates.
    fn at_other_separator(&self, group: &Group) -> Option<Place> {
        let cursor = Cursor::inside(group);
        let tokens = (0..).map_while(|at| cursor.peek_at(at));
        let mut semicolons = tokens
            .clone()
            .filter(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';'));
        let is_entry = |token: &TokenTree| matches!(token, TokenTree::Literal(_));
        let mut spaces = tokens.clone().zip(tokens.skip(1));
        let space = spaces.find(|(left, right)| is_entry(left) && is_entry(right));
        semicolons
            .next()
            .or(space.map(|(_, right)| right))
            .map(place_of)
    }

    fn array(&mut self, group: &Group, place: Place) -> Expr {
        if let Some(separator) = self.at_other_separator(group) {
            self.errors.report(separator, Reading::Entries);
            return Expr::missing(place);
        }
        let (entries, _) = self.arguments(&mut Cursor::inside(group));
        if entries.is_empty() {
            self.errors.report(place, Reading::EmptyArray);
            return Expr::missing(place);
        }
        Expr::new(ExprKind::Array(entries), place)
    }

    fn number(&mut self, cursor: &mut Cursor) -> Expr {
        let place = cursor.place();
        let Some(TokenTree::Literal(literal)) = cursor.next() else {
            return Expr::missing(place);
        };
        let source = literal.to_string();
        let literal = syn::Lit::new(literal);
        let (digits, suffix) = match &literal {
            syn::Lit::Int(number) => (number.base10_digits(), number.suffix()),
            syn::Lit::Float(number) => (number.base10_digits(), number.suffix()),
            _ => ("", ""),
        };
        // An exponent without digits is an error of rustc's own.
        if suffix.starts_with(['e', 'E']) {
            cursor.group(Delimiter::Parenthesis);
            return Expr::missing(place);
        }
        if !suffix.is_empty() {
            self.suffix(&source, suffix, place);
            return Expr::missing(place);
        }
        let problem = match digits.parse() {
            Ok(f64::INFINITY) => Reading::NumberTooLarge { number: &source },
            Ok(value) => return Expr::new(ExprKind::Number(value), place),
            Err(_) => Reading::NotANumber {
                what: literal_kind(&literal),
                literal: &source,
            },
        };
        self.errors.report(place, problem);
        Expr::missing(place)
    }

    /// `2f64`, or `2x`, which is one token to Rust.
    fn suffix(&mut self, source: &str, suffix: &str, place: Place) {
        let number = source.strip_suffix(suffix).unwrap_or(source);
        let number = number.trim_end_matches('_');
        let problem = match NUMBER_TYPES.contains(&suffix) {
            true => Reading::NumberSuffix { number, suffix },
            false => Reading::NumberGluedToName {
                number,
                name: suffix,
            },
        };
        self.errors.report(place, problem);
    }

    /// What begins with a word: a condition, a path, a call, a name.
    fn word(&mut self, cursor: &mut Cursor) -> Expr {
        if cursor.peeks_word("if") {
            return self.conditional(cursor);
        }
        if cursor.peeks_at(1, "::") {
            return self.path(cursor);
        }
        let place = cursor.place();
        let Some(name) = cursor.ident() else {
            return Expr::missing(place);
        };
        if is_keyword(&name.to_string()) {
            return self.keyword(cursor, &name);
        }
        let names = matches!(cursor.peek(), Some(TokenTree::Ident(_)));
        if self.structs.contains_key(&text(&name))
            && let Some(group) = cursor.group(Delimiter::Brace)
        {
            return self.record(name, &group, place);
        }
        if let Some(missing) = self.record_of_none(cursor, &name) {
            return missing;
        }
        if name == "lambda" && (cursor.peeks(":") || names && !self.at_definition(cursor)) {
            return self.closure(cursor, place);
        }
        if let Some(missing) = self.power_of_function(cursor, &name) {
            return missing;
        }
        if cursor.whole_sign().1 == "|" && !rule::called(&name.to_string()).is_empty() {
            return self.bars(cursor);
        }
        if self.at_unbracketed_argument(cursor, &name) {
            return self.unbracketed_argument(cursor, &name);
        }
        match cursor.group(Delimiter::Parenthesis) {
            Some(group) => self.call(vec![name.clone()], name.to_token_stream(), &group, place),
            None => Expr::new(ExprKind::Name(name), place),
        }
    }

    /// `sin x`.
    fn at_unbracketed_argument(&self, cursor: &Cursor, name: &Ident) -> bool {
        let argument = matches!(
            cursor.peek(),
            Some(TokenTree::Ident(_) | TokenTree::Literal(_))
        );
        let follows = ["else", "in", "as", "if", "for", "and", "or", "mod"];
        argument
            && !rule::called(&name.to_string()).is_empty()
            && !self.at_definition(cursor)
            && !follows.iter().any(|word| cursor.peeks_word(word))
    }
}

fn literal_kind(literal: &syn::Lit) -> &'static str {
    match literal {
        syn::Lit::Char(_) => "the character",
        syn::Lit::Byte(_) => "the byte",
        syn::Lit::Bool(_) => "the truth value",
        syn::Lit::Str(_) | syn::Lit::ByteStr(_) | syn::Lit::CStr(_) => "the string",
        _ => "the literal",
    }
}
