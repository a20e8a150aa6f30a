//! Calls of operations and other graphs, and the loops that look like calls.
//!
//! ```text
//! path      = ["::"] name {"::" name} "(" arguments ")"
//! arguments = expr,* ["," "axis" "=" integer ["," "keep"]]
//! each      = "each" "(" index,+ "," body [","] ")"             likewise sum, prod, max, min, mean, …
//!           | "each" "(" path ")"                             a call of numbers, for each entry of its arguments
//! fold      = "fold" "(" state "=" expr "," index "," body [","] ")"             likewise scan
//! state     = name | "(" name,+ ")"                              and as many values behind the sign and as the body
//! root      = "root" "(" (name | "[" name,+ "]") "=" expr "," body [","] ")"
//! index     = name "in" (range | "rev" "(" range ")")
//! range     = bound (".." | "..=") bound
//! body      = definition* (expr | "(" expr,+ ")")
//! ```

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use super::recovery::skip_to_comma;
use super::{NUMBER_TYPES, Parser, integer};
use crate::cursor::Cursor;
use crate::elsewhere;
use crate::errors::Reading;
use crate::rule;
use crate::syntax::{
    Axis, Callee, Expr, ExprKind, Left, Loop, LoopIndex, LoopKind, Place, Unknowns, is_keyword,
    place_of, text,
};

impl Parser {
    pub(super) fn path(&mut self, cursor: &mut Cursor) -> Expr {
        let start = cursor.place();
        let mut end = start;
        let mut segments = Vec::new();
        let mut tokens = TokenStream::new();
        loop {
            if cursor.peeks("::") {
                tokens.extend(cursor.next());
                tokens.extend(cursor.next());
            } else if !segments.is_empty() {
                break;
            }
            end = cursor.place();
            if cursor.peeks("<") {
                self.turbofish(cursor);
                return Expr::missing(end);
            }
            let Some(segment) = cursor.ident() else {
                let (found, role) = (cursor.text(), "a function");
                let found = found.as_deref();
                self.errors
                    .report(end, Reading::ExpectedName { found, role });
                return Expr::missing(end);
            };
            tokens.extend([TokenTree::from(segment.clone())]);
            segments.push(segment);
        }
        let place = start.to(end);
        if let Some(group) = cursor.group(Delimiter::Parenthesis) {
            return self.call(segments, tokens, &group, place);
        }
        let path = tokens.to_string().replace(' ', "");
        self.errors.report(place, Reading::Path { path: &path });
        Expr::missing(place)
    }

    pub(super) fn call(
        &mut self,
        segments: Vec<Ident>,
        tokens: TokenStream,
        group: &Group,
        name_place: Place,
    ) -> Expr {
        let place = name_place.to(place_of(&group.clone().into()));
        let mut inner = Cursor::inside(group);
        if let [name] = &*segments {
            if let Some(instead) = elsewhere::instead(&text(name))
                && matches!(inner.peek(), Some(TokenTree::Literal(literal)) if literal.to_string().starts_with('"'))
            {
                let written = &text(name);
                self.errors
                    .report(name_place, Reading::Called { written, instead });
                return Expr::missing(place);
            }
            if NUMBER_TYPES.contains(&&*name.to_string()) {
                self.errors
                    .report(name_place, Reading::Conversion { of: &text(name) });
                return Expr::missing(place);
            }
            if self.loop_of_another_language(name, group) || self.density_elsewhere(name, &inner) {
                return Expr::missing(place);
            }
            if let Some(repetition) = self.repetition(name, &mut inner) {
                return Expr::new(repetition, place);
            }
        }
        if let [.., of, last] = &*segments
            && NUMBER_TYPES.contains(&&*of.to_string())
        {
            let (of, name) = (&*of.to_string(), &*text(last));
            self.errors
                .report(name_place, Reading::OfOneType { of, name });
            return Expr::missing(place);
        }
        let callee = Callee::Path { segments, tokens };
        let (args, axis) = self.arguments(&mut inner);
        Expr::new(ExprKind::Call { callee, args, axis }, place)
    }

    /// Arguments separated by commas; `axis = 1` may stand last.
    pub(super) fn arguments(&mut self, cursor: &mut Cursor) -> (Vec<Expr>, Option<Axis>) {
        let (mut args, mut axis) = (Vec::new(), None);
        while !cursor.at_end() {
            if self.at_definition(cursor) {
                axis = self.axis(cursor);
            } else {
                args.push(self.argument(cursor));
            }
            if cursor.sign(",").is_none() {
                break;
            }
        }
        (args, axis)
    }

    fn argument(&mut self, cursor: &mut Cursor) -> Expr {
        let before = self.errors.len();
        let expr = self.expr(cursor);
        if cursor.at_end() || cursor.peeks(",") {
            return expr;
        }
        if self.errors.len() == before && !self.other_range(cursor) {
            self.unexpected(cursor);
        }
        skip_to_comma(cursor);
        Expr::missing(expr.place)
    }

    fn axis(&mut self, cursor: &mut Cursor) -> Option<Axis> {
        let place = cursor.place();
        let name = cursor.ident()?;
        cursor.sign("=");
        if name != "axis" {
            let problem = Reading::NamedArgument {
                name: &text(&name),
                instead: elsewhere::argument(&text(&name)),
            };
            self.errors.report(place, problem);
            skip_to_comma(cursor);
            return None;
        }
        let negative = cursor.sign("-").is_some();
        let span = cursor.place().start;
        let Some(value) = cursor.peek().and_then(integer) else {
            self.expected(cursor, "a literal axis such as `axis = 0`");
            cursor.next();
            return None;
        };
        cursor.next();
        let value = if negative { -value } else { value };
        let keep = cursor.peeks(",")
            && matches!(cursor.peek_at(1), Some(TokenTree::Ident(word)) if word == "keep");
        if keep {
            cursor.next();
            cursor.next();
        }
        Some(Axis { value, span, keep })
    }

    /// The loop of this name, or nothing if it is a plain call: `sum(x)` is one, `sum(i in 0..3, x)` is a loop.
    fn repetition(&mut self, name: &Ident, cursor: &mut Cursor) -> Option<ExprKind> {
        let kind = match name.to_string().as_str() {
            "fold" => self.carried(name, Left::Last, cursor),
            "scan" if at_state(cursor) => self.carried(name, Left::Each, cursor),
            "root" if at_unknowns(cursor) => return Some(self.root(cursor)),
            _ if !at_index(cursor) => return None,
            "each" => Some(LoopKind::Each),
            word => Some(LoopKind::Over(rule::over_axes(word)?)),
        };
        let Some(repetition) = kind.and_then(|kind| self.turns(name, kind, cursor)) else {
            return Some(ExprKind::Missing);
        };
        self.end_of(cursor);
        Some(ExprKind::Loop(Box::new(repetition)))
    }

    /// `normal_lpdf(y | mu, sigma)`.
    fn density_elsewhere(&mut self, name: &Ident, arguments: &Cursor) -> bool {
        let written = &text(name);
        let Some(instead) = elsewhere::density(written).filter(|_| arguments.peeks_at(1, "|"))
        else {
            return false;
        };
        let problem = Reading::Called { written, instead };
        self.errors.report(name.span(), problem);
        true
    }

    /// What is carried from turn to turn, and what that is at first.
    fn carried(&mut self, name: &Ident, left: Left, cursor: &mut Cursor) -> Option<LoopKind> {
        let is_word =
            matches!(cursor.peek(), Some(TokenTree::Ident(word)) if is_keyword(&word.to_string()));
        if !at_state(cursor) && !is_word {
            let name = &text(name);
            self.errors
                .report(cursor.place(), Reading::NothingCarried { name });
            return None;
        }
        let mut carried = Vec::new();
        match cursor.group(Delimiter::Parenthesis) {
            None => carried.push(self.name(cursor, "the carried value")?),
            Some(group) => {
                let roles = ["a carried value", "`,` between the carried values"];
                carried = self.names(&group, roles)?;
            }
        }
        if carried.is_empty() {
            self.expected(cursor, "the name of a carried value");
            return None;
        }
        cursor.sign("=")?;
        let start = self.values(cursor);
        self.sign(cursor, ",", "`,`")?;
        if !at_index(cursor) {
            let name = &text(name);
            self.errors
                .report(cursor.place(), Reading::NoIndex { name });
            return None;
        }
        Some(LoopKind::Fold {
            carried,
            start,
            left,
        })
    }

    /// The names between brackets, which commas separate: what one is called in messages, and what stands between them.
    fn names(&mut self, group: &Group, [role, between]: [&'static str; 2]) -> Option<Vec<Ident>> {
        let (mut inner, mut names) = (Cursor::inside(group), Vec::new());
        while !inner.at_end() {
            names.push(self.name(&mut inner, role)?);
            if inner.sign(",").is_none() && !inner.at_end() {
                self.expected(&inner, between);
                return None;
            }
        }
        Some(names)
    }

    /// `e = start, body`, or `[a, b] = start, body`.
    fn root(&mut self, cursor: &mut Cursor) -> ExprKind {
        let found = self.unknowns(cursor).and_then(|unknowns| {
            cursor.sign("=")?;
            let start = self.expr(cursor);
            self.sign(cursor, ",", "`,` and what is to be 0")?;
            let body = self.block(cursor);
            if cursor.sign(",").is_some() && !cursor.at_end() {
                let problem = Reading::SecondEquation;
                self.errors.report(cursor.place(), problem);
                return None;
            }
            self.end_of(cursor);
            Some(Loop {
                kind: LoopKind::Root { unknowns, start },
                indices: Vec::new(),
                body,
            })
        });
        found.map_or(ExprKind::Missing, |root| ExprKind::Loop(Box::new(root)))
    }

    fn unknowns(&mut self, cursor: &mut Cursor) -> Option<Unknowns> {
        let Some(group) = cursor.group(Delimiter::Bracket) else {
            return Some(Unknowns::Whole(self.name(cursor, "the unknown")?));
        };
        let names = self.names(&group, ["an unknown", "`,` between the unknowns"])?;
        if names.is_empty() {
            self.errors
                .report(place_of(&group.into()), Reading::NoUnknowns);
            return None;
        }
        Some(Unknowns::Entries(names))
    }

    /// The indices of a loop, and its body.
    fn turns(&mut self, name: &Ident, kind: LoopKind, cursor: &mut Cursor) -> Option<Loop> {
        let mut indices = vec![self.index(cursor)?];
        while at_index(cursor) {
            if let LoopKind::Fold { .. } = kind {
                let name = &text(name);
                self.errors
                    .report(cursor.place(), Reading::SecondIndex { name });
                return None;
            }
            indices.push(self.index(cursor)?);
        }
        let body = self.block(cursor);
        let is_more = cursor.sign(",").is_some() && !cursor.at_end();
        if is_more && matches!(&kind, LoopKind::Fold { carried, .. } if carried.len() > 1) {
            self.errors
                .report(body.place, Reading::ValuesWithoutBrackets);
            return None;
        }
        Some(Loop {
            kind,
            indices,
            body,
        })
    }

    fn index(&mut self, cursor: &mut Cursor) -> Option<LoopIndex> {
        let name = self.name(cursor, "the loop's index")?;
        if cursor.word("in").is_none() {
            self.expected(cursor, "`in`");
            return None;
        }
        let is_reversed = cursor.peeks_word("rev")
            && matches!(cursor.peek_at(1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
        let (from, to, inclusive) = match is_reversed {
            true => {
                cursor.next();
                let group = cursor.group(Delimiter::Parenthesis)?;
                let mut inner = Cursor::inside(&group);
                let range = self.range(&mut inner)?;
                self.end_of(&inner);
                range
            }
            false => self.range(cursor)?,
        };
        self.sign(cursor, ",", "`,` and the loop's body")?;
        Some(LoopIndex {
            name,
            from,
            to,
            inclusive,
            is_reversed,
        })
    }

    /// The bounds of an index, and whether the last one is among its values.
    fn range(&mut self, cursor: &mut Cursor) -> Option<(Expr, Expr, bool)> {
        if self.other_reversal(cursor) {
            return None;
        }
        let from = self.bound(cursor);
        let inclusive = cursor.peeks("..=");
        if cursor.sign("..=").or_else(|| cursor.sign("..")).is_none() {
            self.no_range(cursor, from.place);
            return None;
        }
        let to = self.bound(cursor);
        Some((from, to, inclusive))
    }
}

/// `state =`, where a loop is meant rather than a function of that name.
pub(super) fn at_state(cursor: &Cursor) -> bool {
    let is_state = match cursor.peek() {
        Some(TokenTree::Ident(_)) => true,
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        _ => false,
    };
    is_state && cursor.peeks_at(1, "=") && !cursor.peeks_at(1, "==")
}

/// `e =`, or `[a, b] =`, where a root is meant rather than a function of that name.
fn at_unknowns(cursor: &Cursor) -> bool {
    let is_list = matches!(cursor.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
    at_state(cursor) || is_list && cursor.peeks_at(1, "=") && !cursor.peeks_at(1, "==")
}

/// `i in`.
fn at_index(cursor: &Cursor) -> bool {
    matches!(cursor.peek(), Some(TokenTree::Ident(_)))
        && matches!(cursor.peek_at(1), Some(TokenTree::Ident(word)) if word == "in")
}
