//! Expressions from the loosest sign to the tightest, one function per level.
//!
//! ```text
//! expr           = density | "if" expr branch "else" (branch | "if" …)    branch = "{" body "}"
//! body           = definition* expr
//! density        = either ["~" name "(" arguments ")"]
//! either         = both {"||" both}
//! both           = comparison {"&&" comparison}
//! comparison     = additive [("<" | "<=" | ">" | ">=" | "==" | "!=") additive]
//! bound          = additive
//! additive       = multiplicative {("+" | "-") multiplicative}
//! multiplicative = unary {("*" | "/" | "%" | "@") unary}
//! unary          = {"-" | "!" | "+"} power
//! power          = postfix ["^" unary]
//! ```
//!
//! Invariant: what recurses counts its depth, what repeats is one node however long it is, and so no expression is much
//! higher than [`DEEPEST`].

use proc_macro2::{Delimiter, Group, TokenTree};

use super::{DEEPEST, Parser};
use crate::cursor::Cursor;
use crate::errors::{Limits, Reading};
use crate::rule;
use crate::syntax::{Callee, Expr, ExprKind, Operator, Place, text};

impl Parser {
    pub(super) fn expr(&mut self, cursor: &mut Cursor) -> Expr {
        self.deeper(cursor, Parser::density)
    }

    /// Goes one level down, unless that is too deep.
    fn deeper(&mut self, cursor: &mut Cursor, parse: fn(&mut Parser, &mut Cursor) -> Expr) -> Expr {
        if self.depth == DEEPEST {
            return self.too_deep(cursor, cursor.place());
        }
        self.depth += 1;
        let expr = parse(self, cursor);
        self.depth -= 1;
        self.bounded(cursor, expr)
    }

    /// The expression, unless too many stand inside one another in it.
    pub(super) fn bounded(&mut self, cursor: &mut Cursor, expr: Expr) -> Expr {
        if expr.height > DEEPEST {
            return self.too_deep(cursor, expr.place.start.into());
        }
        expr
    }

    /// Passes over what is left up to the next `;`.
    fn too_deep(&mut self, cursor: &mut Cursor, place: Place) -> Expr {
        self.errors.report(place, Limits::TooDeep);
        cursor.skip_to_semicolon();
        Expr::missing(place)
    }

    pub(super) fn either(&mut self, cursor: &mut Cursor) -> Expr {
        self.chain(cursor, &["||"], Parser::both)
    }

    fn both(&mut self, cursor: &mut Cursor) -> Expr {
        self.chain(cursor, &["&&"], Parser::comparison)
    }

    fn comparison(&mut self, cursor: &mut Cursor) -> Expr {
        if self.word_not(cursor) {
            let operand = self.deeper(cursor, Parser::comparison);
            return Expr::missing(operand.place);
        }
        let left = self.additive(cursor);
        let Some(operator) = self.comparison_sign(cursor) else {
            return left;
        };
        let right = self.additive(cursor);
        let mut chained = false;
        while let Some(second) = self.comparison_sign(cursor) {
            if !chained {
                self.errors.report(second.span, Reading::ChainedComparison);
            }
            chained = true;
            self.additive(cursor);
        }
        infix(operator, left, right)
    }

    /// An end of a range, or an index: a sum, which no condition can be.
    pub(super) fn bound(&mut self, cursor: &mut Cursor) -> Expr {
        self.deeper(cursor, Parser::additive)
    }

    fn additive(&mut self, cursor: &mut Cursor) -> Expr {
        self.chain(cursor, &["+", "-"], Parser::multiplicative)
    }

    fn multiplicative(&mut self, cursor: &mut Cursor) -> Expr {
        // No index is a remainder, which has words of its own.
        let signs: &[_] = match self.is_index {
            true => &["*", "/", "@"],
            false => &["*", "/", "%", "@"],
        };
        self.chain(cursor, signs, Parser::unary)
    }

    /// Operands of the next tighter level, joined by any of the signs and applied from the left.
    fn chain(
        &mut self,
        cursor: &mut Cursor,
        signs: &[&'static str],
        operand: fn(&mut Parser, &mut Cursor) -> Expr,
    ) -> Expr {
        let first = operand(self, cursor);
        let (mut rest, mut foreign) = (Vec::new(), false);
        loop {
            let before = self.errors.len();
            let Some(operator) = self.one_of(cursor, signs, 2) else {
                break;
            };
            foreign |= self.errors.len() > before;
            rest.push((operator, operand(self, cursor)));
        }
        let Some((_, last)) = rest.last() else {
            return first;
        };
        let place = first.place.to(last.place);
        // Elsewhere `&` and `|` are no signs of conditions alone.
        if foreign && operator_of_conditions(signs) {
            return Expr::missing(place);
        }
        let first = Box::new(first);
        Expr::new(ExprKind::Chain { first, rest }, place)
    }

    /// Signs in front: `-` binds looser than `^`, and `!` turns a condition around.
    fn unary(&mut self, cursor: &mut Cursor) -> Expr {
        let mut signs = Vec::new();
        while cursor.sign("+").is_some() {}
        while let Some(operator) = self.one_of(cursor, &["-", "!"], 1) {
            signs.push(operator);
            while cursor.sign("+").is_some() {}
        }
        let expr = self.power(cursor);
        if signs.len() > DEEPEST {
            return self.too_deep(cursor, signs[0].span.into());
        }
        let expr = signs.into_iter().rev().fold(expr, prefix);
        self.bounded(cursor, expr)
    }

    /// `a^b^c` is `a^(b^c)`, and the exponent may carry a sign: `2^-x`.
    fn power(&mut self, cursor: &mut Cursor) -> Expr {
        let base = self.postfix(cursor);
        match self.one_of(cursor, &["^"], 2) {
            Some(operator) => infix(operator, base, self.deeper(cursor, Parser::unary)),
            None => base,
        }
    }

    pub(super) fn conditional(&mut self, cursor: &mut Cursor) -> Expr {
        let start = cursor.place();
        let Some(keyword) = cursor.word("if") else {
            return Expr::missing(start);
        };
        let condition = Box::new(self.expr(cursor));
        if !cursor.at_group(Delimiter::Brace) {
            self.no_branch(cursor);
            cursor.skip_to_semicolon();
            return Expr::missing(start);
        }
        let yes = Box::new(self.branch(cursor));
        if cursor.word("else").is_none() {
            self.no_else(cursor, keyword);
            return Expr::missing(start);
        }
        let no = Box::new(match cursor.peeks_word("if") {
            true => self.deeper(cursor, Parser::conditional),
            false => self.branch(cursor),
        });
        let place = start.to(no.place);
        let kind = ExprKind::If { condition, yes, no };
        Expr::new(kind, place)
    }

    fn branch(&mut self, cursor: &mut Cursor) -> Expr {
        let Some(group) = cursor.group(Delimiter::Brace) else {
            self.no_branch(cursor);
            return Expr::missing(cursor.place());
        };
        let mut inner = Cursor::inside(&group);
        let before = self.errors.len();
        let expr = self.block(&mut inner);
        if self.errors.len() == before && !self.end_of(&inner) {
            return Expr::missing(expr.place);
        }
        expr
    }

    /// Local names, and the expression that they are for.
    pub(super) fn block(&mut self, cursor: &mut Cursor) -> Expr {
        if let Some(inner) = self.block_in_braces(cursor) {
            return inner;
        }
        let mut definitions = Vec::new();
        while self.at_local(cursor) {
            definitions.extend(self.local(cursor));
        }
        if let Some(last) = definitions.last()
            && cursor.at_end()
        {
            let name = &text(&last.name);
            let place = last.name.span();
            self.errors
                .report(place, Reading::BodyWithoutValue { name });
            return Expr::missing(place);
        }
        let value = self.values(cursor);
        if definitions.is_empty() {
            return value;
        }
        let place = value.place;
        let value = Box::new(value);
        self.bounded(
            cursor,
            Expr::new(ExprKind::Block { definitions, value }, place),
        )
    }

    /// An expression, or several between parentheses and nothing behind them: `(a, b)`.
    pub(super) fn values(&mut self, cursor: &mut Cursor) -> Expr {
        let ends = |token: Option<&TokenTree>| match token {
            None => true,
            Some(TokenTree::Punct(sign)) => sign.as_char() == ',',
            Some(_) => false,
        };
        let several = match cursor.peek() {
            Some(TokenTree::Group(group)) if ends(cursor.peek_at(1)) => self.several(group),
            _ => None,
        };
        let Some(several) = several else {
            return self.expr(cursor);
        };
        let place = cursor.place();
        cursor.next();
        self.bounded(cursor, Expr::new(ExprKind::Several(several), place))
    }

    /// The expressions between parentheses, if commas separate them.
    fn several(&mut self, group: &Group) -> Option<Vec<Expr>> {
        let is_comma =
            |token: TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
        let is_several =
            group.delimiter() == Delimiter::Parenthesis && group.stream().into_iter().any(is_comma);
        is_several.then(|| self.arguments(&mut Cursor::inside(group)).0)
    }

    /// The first of `signs` that stands here, as the operator it is between so many operands.
    fn one_of(
        &mut self,
        cursor: &mut Cursor,
        signs: &[&'static str],
        operands: usize,
    ) -> Option<Operator> {
        if let Some(operator) = self.sign_of_another_language(cursor, signs, operands) {
            return Some(operator);
        }
        signs.iter().find_map(|sign| {
            // `->`, `-=` and the like are no operators of this language; `a - -b` is.
            let compound = sign.len() == 1 && cursor.peeks(&format!("{sign}="));
            if compound || *sign == "-" && cursor.peeks("->") {
                return None;
            }
            let rule = rule::operator(sign, operands)?;
            cursor.sign(sign).map(|span| Operator { rule, span })
        })
    }

    fn comparison_sign(&mut self, cursor: &mut Cursor) -> Option<Operator> {
        if ["<<", ">>"].iter().any(|sign| cursor.peeks(sign)) {
            return None;
        }
        // The longer signs first, since the shorter ones begin them.
        self.one_of(cursor, &["<=", ">=", "==", "!=", "<", ">"], 2)
    }
}

fn operator_of_conditions(signs: &[&str]) -> bool {
    signs.iter().any(|sign| ["&&", "||"].contains(sign))
}

fn infix(operator: Operator, left: Expr, right: Expr) -> Expr {
    let place = left.place.to(right.place);
    operation(operator, vec![left, right], place)
}

fn prefix(operand: Expr, operator: Operator) -> Expr {
    let place = Place::from(operator.span).to(operand.place);
    operation(operator, vec![operand], place)
}

fn operation(operator: Operator, args: Vec<Expr>, place: Place) -> Expr {
    let callee = Callee::Operator(operator);
    let axis = None;
    Expr::new(ExprKind::Call { callee, args, axis }, place)
}
