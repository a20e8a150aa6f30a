//! Whole numbers that are known when a graph is made: literals, extents, and the indices of loops, each shifted by literals.
//!
//! Invariant: an index of a loop that is not written out is known but for the turn; every other one is a [`Dim`].

use super::{Binding, Lower, Scope, names};
use crate::errors::{Names, Reading};
use crate::graph::{Dim, Kind, LoopId, NodeId, Op};
use crate::rules::rows;
use crate::shape;
use crate::syntax::{Callee, Expr, ExprKind, Place, text};

#[derive(Clone)]
pub(super) enum Index {
    Known(Dim),
    /// In a loop over turns: where its index begins, shifted, and one further with each turn.
    Turn(LoopId, i64),
    /// The same from an end: one less with each turn.
    Back(LoopId, Dim),
}

impl Index {
    fn literal(&self) -> Option<i64> {
        match self {
            Index::Known(Dim { name: None, offset }) => Some(*offset),
            _ => None,
        }
    }

    /// The loop that it is of.
    pub(super) fn turns(&self) -> Option<LoopId> {
        match self {
            Index::Known(_) => None,
            Index::Turn(of, _) | Index::Back(of, _) => Some(*of),
        }
    }

    pub(super) fn shifted(&self, by: i64) -> Index {
        match self {
            Index::Known(dim) => Index::Known(dim.shifted(by)),
            Index::Turn(of, start) => Index::Turn(*of, start.saturating_add(by)),
            Index::Back(of, start) => Index::Back(*of, start.shifted(by)),
        }
    }

    fn plus(&self, other: &Index) -> Option<Index> {
        match (self.literal(), other.literal()) {
            (_, Some(by)) => Some(self.shifted(by)),
            (Some(by), _) => Some(other.shifted(by)),
            _ => None,
        }
    }

    pub(super) fn minus(&self, other: &Index) -> Option<Index> {
        match (self, other) {
            (Index::Turn(of, start), Index::Turn(same, other)) if of == same => {
                Some(Index::Known(Dim::literal(start - other)))
            }
            (Index::Known(dim), Index::Turn(of, start)) => {
                Some(Index::Back(*of, dim.shifted(-start)))
            }
            (Index::Known(dim), Index::Back(of, start)) => match dim.minus(start)? {
                Dim { name: None, offset } => Some(Index::Turn(*of, offset)),
                _ => None,
            },
            (Index::Back(of, start), Index::Known(dim)) => {
                Some(Index::Back(*of, start.minus(dim)?))
            }
            (Index::Known(dim), Index::Known(other)) => dim.minus(other).map(Index::Known),
            _ => Some(self.shifted(-other.literal()?)),
        }
    }

    fn times(&self, other: &Index) -> Option<Index> {
        let product = self.literal()? as f64 * other.literal()? as f64;
        Dim::of_number(product).map(Index::Known)
    }
}

impl Lower<'_> {
    /// A loop's bound; reported if it is not known.
    pub(super) fn bound(&mut self, expr: &Expr, scope: &Scope) -> Option<Index> {
        let errors = self.errors.len();
        let index = self.index_of(expr, scope);
        let unsaid = self.errors.len() == errors && !matches!(expr.kind, ExprKind::Missing);
        if index.is_none() && unsaid {
            self.no_bound(expr, scope);
        }
        index
    }

    fn no_bound(&mut self, expr: &Expr, scope: &Scope) {
        let ExprKind::Name(ident) = &expr.kind else {
            return self.unknown_index(expr, scope);
        };
        let name = &*text(ident);
        match scope.names.get(name) {
            Some(Binding::Node(node))
                if self.graph.shape(*node).is_empty()
                    && self.graph.node(*node).kind == Kind::Number =>
            {
                self.errors
                    .report(ident.span(), Reading::NumberAsBound { name });
            }
            None if self.is_unknown(ident, scope) => {
                if self.unknown.insert(name.to_owned()) {
                    self.errors
                        .report(ident.span(), Names::UnknownDimension { name });
                }
            }
            _ => self.unknown_index(expr, scope),
        }
    }

    /// Reports that an index, extent or bound cannot be known at compile time, or is no whole number.
    pub(super) fn unknown_index(&mut self, expr: &Expr, scope: &Scope) {
        let mut names = Vec::new();
        names::collect(expr, &mut names);
        for name in names {
            match scope.names.get(&text(name)) {
                Some(Binding::Nothing) => return,
                None if self.is_unknown(name, scope) => {
                    return self.unknown_name(name, &text(name), scope);
                }
                _ => {}
            }
        }
        let found = match expr.kind {
            ExprKind::Number(value) if value.fract() != 0.0 => "a fraction",
            ExprKind::Number(_) => "a number that is too large",
            _ => "a computed value",
        };
        self.errors.report(expr.place, Reading::LoopBound { found });
    }

    /// An index, extent or bound that is known at compile time, if that is what the expression is.
    pub(super) fn index_of(&self, expr: &Expr, scope: &Scope) -> Option<Index> {
        match &expr.kind {
            ExprKind::Number(value) => Dim::of_number(*value).map(Index::Known),
            ExprKind::Name(name) => {
                let name = text(name);
                match scope.names.get(&name) {
                    Some(Binding::Index(index)) => Some(index.clone()),
                    Some(_) => None,
                    None => scope.dims.get(&name).cloned().map(Index::Known),
                }
            }
            ExprKind::Call {
                callee: Callee::Operator(operator),
                args,
                ..
            } if operator.rule == rows::neg => {
                let value = self.index_of(&args[0], scope)?.literal()?;
                Some(Index::Known(Dim::literal(-value)))
            }
            ExprKind::Chain { first, rest } => {
                let mut left = self.index_of(first, scope)?;
                for (operator, right) in rest {
                    let right = self.index_of(right, scope)?;
                    left = match operator.rule {
                        rows::add => left.plus(&right)?,
                        rows::sub => left.minus(&right)?,
                        rows::mul => left.times(&right)?,
                        _ => return None,
                    };
                }
                Some(left)
            }
            _ => None,
        }
    }

    /// An index or an extent as a number.
    pub(super) fn index_value(&mut self, index: Index, place: Place) -> NodeId {
        self.graph.set_place(place);
        match index {
            Index::Known(dim) => self.dim_value(dim),
            Index::Turn(of, start) if start >= 0 => self.turn(of, start),
            Index::Turn(of, start) => {
                let (turn, below) = (self.turn(of, 0), self.graph.number(-start as f64));
                self.graph.call(rows::sub, &[turn, below])
            }
            Index::Back(of, start) => {
                let (turn, start) = (self.turn(of, 0), self.dim_value(start));
                self.graph.call(rows::sub, &[start, turn])
            }
        }
    }

    pub(super) fn turn(&mut self, of: LoopId, start: i64) -> NodeId {
        let turn = Op::Turn { of, start };
        self.graph
            .push(turn, Vec::new(), shape::number(), Kind::Number)
    }

    /// An extent as a number.
    fn dim_value(&mut self, dim: Dim) -> NodeId {
        let graph = &mut self.graph;
        if dim.name.is_none() {
            return graph.number(dim.offset as f64);
        }
        let size = graph.extent(&[Dim {
            name: dim.name,
            offset: 0,
        }]);
        let offset = graph.number(dim.offset as f64);
        if dim.offset == 0 {
            size
        } else {
            graph.call(rows::add, &[size, offset])
        }
    }
}
