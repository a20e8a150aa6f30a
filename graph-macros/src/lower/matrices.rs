//! Operations on matrices: what they take, and the factors that they share.
//!
//! Invariant: matrices are square where they have to be, and what is solved for has as many rows, so that no later stage compares.

use super::expr::Operand;
use super::{Lower, Scope};
use crate::errors::{Calls, Shapes};
use crate::graph::{Dim, Kind, NodeId};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape;
use crate::syntax::{Expr, Place, text};

/// The most rows of a matrix whose determinant is written as a sum of products.
const FEW: usize = 6;

impl Lower<'_> {
    /// The value of one of these operations; none if the row is another one.
    pub(super) fn of_matrices(
        &mut self,
        rule: RuleId,
        operands: &[Operand],
        place: Place,
    ) -> Option<Option<NodeId>> {
        let matrix = operands[0];
        let make: fn(&mut Lower, NodeId) -> NodeId = match rule {
            rows::diag => return Some(self.diag(matrix)),
            rows::solve | rows::solve_lower | rows::solve_upper | rows::solve_spd => {
                return Some(self.solved(rule, matrix, operands[1]));
            }
            rows::cholesky => |lower, a| lower.graph.matrix(rows::cholesky, &[a]),
            rows::eigh => {
                let (name, count) = (rule.row().name, 2);
                self.errors
                    .report(place, Calls::SeveralOutputs { name, count });
                return Some(None);
            }
            rows::inv => |lower, a| {
                let identity = lower.graph.identity(a);
                lower.graph.lu_solve(a, identity)
            },
            rows::det => |lower, a| lower.det(a),
            rows::logdet => |lower, a| lower.graph.by_lu(rows::lu_logdet, a),
            rows::logdet_spd => |lower, a| lower.graph.cholesky_logdet(a),
            rows::trace => |lower, a| lower.graph.trace(a),
            _ => return None,
        };
        let square = self.square(rule, matrix);
        Some(square.map(|a| make(self, a)))
    }

    /// The values and the vectors of `(w, v) = eigh(a)`; none if it is another call.
    pub(super) fn eigh(
        &mut self,
        expr: &Expr,
        names: usize,
        scope: &Scope,
    ) -> Option<Option<Vec<NodeId>>> {
        let (ident, [arg]) = expr.call_by_name()? else {
            return None;
        };
        let is_own = self.function_called(&text(ident)).is_some();
        if is_own || text(ident) != rows::eigh.row().name {
            return None;
        }
        if names != 2 {
            let (name, outputs) = (&text(ident), 2);
            let problem = Calls::PartsOfCall {
                name,
                outputs,
                names,
            };
            self.errors.report(ident.span(), problem);
            return Some(None);
        }
        let operand = self.operand(arg, scope);
        let operand = operand.filter(|operand| self.want(*operand, Kind::Number));
        let square = operand.and_then(|operand| self.square(rows::eigh, operand));
        Some(square.map(|a| {
            let graph = self.at(expr.place);
            let both = graph.matrix(rows::eigh, &[a]);
            vec![graph.last_column(both), graph.square_of(both)]
        }))
    }

    fn square(&mut self, rule: RuleId, matrix: Operand) -> Option<NodeId> {
        let shape = self.graph.shape(matrix.node);
        let is_square = matches!(&*shape, [.., rows, columns] if rows == columns);
        if !is_square {
            let (name, found) = (rule.row().name, &*shape);
            self.errors
                .report(matrix.place, Shapes::Square { name, found });
            return None;
        }
        Some(matrix.node)
    }

    /// A vector becomes a matrix of one column, and what has no batch joins each of one, by views.
    pub(super) fn solved(
        &mut self,
        rule: RuleId,
        matrix: Operand,
        right: Operand,
    ) -> Option<NodeId> {
        let a = self.square(rule, matrix)?;
        let (of, found) = (self.graph.shape(a), self.graph.shape(right.node));
        let size = &of[of.len() - 1];
        let is_vector = found.len() == 1;
        let own = found.len().checked_sub(if is_vector { 1 } else { 2 });
        if own.is_none_or(|own| found[own] != *size) {
            let name = rule.row().name;
            let problem = Shapes::RightSide {
                name,
                size,
                found: &found,
            };
            self.errors.report(right.place, problem);
            return None;
        }
        let batches = [&of, &found].map(|shape| shape::batches(shape).to_vec());
        let batches = match batches {
            [of, right] if of.is_empty() || of == right => right,
            [of, right] if right.is_empty() => of,
            [left, of_right] => {
                let product = &format!("{}(a, b)", rule.row().name);
                let (x, w) = ("the matrix", "the right side");
                let problem = Shapes::Batches {
                    product,
                    x,
                    left: &left,
                    w,
                    right: &of_right,
                };
                self.errors.report(matrix.place.to(right.place), problem);
                return None;
            }
        };
        let graph = &mut self.graph;
        let b = match is_vector {
            true => graph.insert_axis(right.node, 1, Dim::literal(1)),
            false => right.node,
        };
        let [a, b] = [a, b].map(|side| match graph.shape(side).len() {
            2 => batches
                .iter()
                .rev()
                .fold(side, |side, dim| graph.insert_axis(side, 0, dim.clone())),
            _ => side,
        });
        let x = match rule {
            rows::solve => graph.lu_solve(a, b),
            rows::solve_spd => graph.cholesky_solve(a, b),
            _ => graph.matrix(rule, &[a, b]),
        };
        Some(match is_vector {
            true => graph.drop_axes(x, &[batches.len() + 1]),
            false => x,
        })
    }

    fn det(&mut self, a: NodeId) -> NodeId {
        let shape = self.graph.shape(a);
        match shape[shape.len() - 1].size() {
            Some(size) if size <= FEW => self.graph.det_of_few(a, size),
            _ => self.graph.by_lu(rows::lu_det, a),
        }
    }

    /// The diagonal of a matrix, or the matrix of a diagonal.
    fn diag(&mut self, operand: Operand) -> Option<NodeId> {
        match &*self.graph.shape(operand.node) {
            [_] => Some(self.graph.matrix(rows::diagonal_matrix, &[operand.node])),
            [.., rows, columns] if rows == columns => {
                Some(self.graph.matrix(rows::diagonal, &[operand.node]))
            }
            found => {
                self.errors.report(operand.place, Shapes::Diag { found });
                None
            }
        }
    }
}
