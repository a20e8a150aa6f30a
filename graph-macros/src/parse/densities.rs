//! Densities, and the domains of inputs.
//!
//! ```text
//! expr    = either ["~" name "(" arguments ")"]
//! type    = … | ("simplex" | "ordered" | "positive_ordered" | "unit" | "cholesky_corr" | "cholesky_cov") shape
//! domain  = ">" bound | "<" bound | "in" bound ".." bound
//! ```
//!
//! Invariant: `~` binds loosest of all, and one expression has one of them. Where a sum of densities is written without brackets, the
//! sign that would be swallowed is reported, since what is read would be another density.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use super::Parser;
use crate::cursor::Cursor;
use crate::errors::Reading;
use crate::syntax::{Callee, Domain, DomainKind, Expr, ExprKind, Place, Shape, Whole, place_of};

/// The signs behind a density that would join it to another value.
const JOINING: [&str; 5] = ["+", "-", "*", "/", "@"];

impl Parser {
    /// An expression, or its density under what stands behind `~`.
    pub(super) fn density(&mut self, cursor: &mut Cursor) -> Expr {
        let left = self.either(cursor);
        if !at_density(cursor) {
            return left;
        }
        let sign = cursor.place();
        cursor.sign("~");
        if contains_density(&left) {
            self.errors.report(sign, Reading::DensityOfDensity);
        }
        let density = self.under(cursor, left, sign);
        self.nothing_joined(cursor);
        density
    }

    /// The name of a density and its parameters.
    fn under(&mut self, cursor: &mut Cursor, left: Expr, sign: Place) -> Expr {
        let named = match cursor.peek_at(1) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                cursor.ident().zip(cursor.group(Delimiter::Parenthesis))
            }
            _ => None,
        };
        let Some((name, group)) = named else {
            self.errors.report(sign, Reading::DensityExpected);
            cursor.skip_to_semicolon();
            return Expr::missing(sign);
        };
        let place = left.place.to(place_of(&group.clone().into()));
        let (parameters, axis) = self.arguments(&mut Cursor::inside(&group));
        if let Some(axis) = axis {
            let name = &name.to_string();
            self.errors
                .report(axis.span, Reading::AxisNotTaken { name });
        }
        self.of_density(name, left, parameters, place)
    }

    fn of_density(
        &mut self,
        name: Ident,
        left: Expr,
        mut parameters: Vec<Expr>,
        place: Place,
    ) -> Expr {
        parameters.insert(0, left);
        let (callee, args, axis) = (Callee::Density(name), parameters, None);
        Expr::new(ExprKind::Call { callee, args, axis }, place)
    }

    /// Reports what is joined to a density that has no brackets, and passes over it.
    fn nothing_joined(&mut self, cursor: &mut Cursor) {
        let Some(sign) = JOINING.iter().find(|sign| cursor.peeks(sign)) else {
            return;
        };
        self.errors
            .report(cursor.place(), Reading::DensityInSum { sign });
        while !cursor.at_end() && !cursor.peeks(";") && !cursor.peeks(",") {
            cursor.next();
        }
    }

    /// `: simplex` in front of the extents, which are left.
    pub(super) fn whole(&mut self, cursor: &mut Cursor) -> Option<Domain> {
        let (Some(TokenTree::Ident(word)), Some(TokenTree::Group(extents))) =
            (cursor.peek_at(1), cursor.peek_at(2))
        else {
            return None;
        };
        let is_shape = cursor.peeks(":") && extents.delimiter() == Delimiter::Bracket;
        let whole = Whole::named(&word.to_string()).filter(|_| is_shape)?;
        let place = word.span().into();
        cursor.sign(":");
        cursor.next();
        let kind = DomainKind::Whole(whole);
        Some(Domain { kind, place })
    }

    /// The extents; of a triangular matrix the last is that of its rows and of its columns.
    pub(super) fn shape_of_whole(&mut self, cursor: &mut Cursor, domain: &Domain) -> Option<Shape> {
        let mut shape = self.shape(cursor)?;
        if matches!(domain.kind, DomainKind::Whole(whole) if whole.is_matrix()) {
            shape.dims.extend(shape.dims.last().cloned());
        }
        Some(shape)
    }

    /// Bounds behind an input.
    pub(super) fn domain(&mut self, cursor: &mut Cursor) -> Option<Domain> {
        let place = cursor.place();
        if let Some(sign) = [">=", "<="].into_iter().find(|sign| cursor.peeks(sign)) {
            let strict = &sign[..1];
            self.errors
                .report(place, Reading::DomainInclusive { sign, strict });
            cursor.sign(sign);
            self.tokens_of_bound(cursor);
            return None;
        }
        let (low, high) = if cursor.sign(">").is_some() {
            (Some(self.tokens_of_bound(cursor)), None)
        } else if cursor.sign("<").is_some() {
            (None, Some(self.tokens_of_bound(cursor)))
        } else if cursor.word("in").is_some() {
            let low = self.tokens_of_bound(cursor);
            if cursor.peeks("..=") {
                let (sign, strict) = ("..=", "..");
                self.errors
                    .report(cursor.place(), Reading::DomainInclusive { sign, strict });
                cursor.sign(sign);
                self.tokens_of_bound(cursor);
                return None;
            }
            if cursor.sign("..").is_none() {
                self.expected(cursor, "`..` between the bounds");
                return None;
            }
            (Some(low), Some(self.tokens_of_bound(cursor)))
        } else {
            return None;
        };
        let kind = DomainKind::Bounds { low, high };
        Some(Domain { kind, place })
    }

    /// A bound, which is read again where it is used.
    fn tokens_of_bound(&mut self, cursor: &mut Cursor) -> TokenStream {
        let start = cursor.position();
        self.bound(cursor);
        cursor.since(start).iter().cloned().collect()
    }
}

/// `~` between two operands, and no sign of another language that begins with it.
fn at_density(cursor: &Cursor) -> bool {
    cursor.peeks("~") && !cursor.peeks("~=")
}

/// Whether there is a density in the terms of an expression.
fn contains_density(expr: &Expr) -> bool {
    let is_density = matches!(
        &expr.kind,
        ExprKind::Call {
            callee: Callee::Density(_),
            ..
        }
    );
    let mut found = is_density;
    expr.kind
        .each_part(&mut |part| found = found || contains_density(part));
    found
}
