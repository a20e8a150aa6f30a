//! Operands whose shapes differ, brought under one shape: broadcasts, branches, products of vectors and matrices.
//!
//! Invariant: what fits gets nodes whose shapes are right by construction, and what does not fit leaves the graph as it is: whose
//! mistake that is, and what to say, is the caller's to know.

use super::Builder;
use crate::graph::{Dim, NodeId, Reduction, Shape};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape::{self, Misfit, NoProduct};

/// Operands that do not fit together, and why.
pub enum Unfit {
    Broadcast(RuleId, Vec<NodeId>, Misfit),
    Product([NodeId; 2], NoProduct),
    /// The sides of a branch differ.
    Branches([NodeId; 2]),
    /// The condition has not the shape of the branches.
    Condition(NodeId, Shape),
}

impl Builder {
    /// The operands under their common shape.
    pub fn broadcast(&mut self, operands: &[NodeId]) -> Result<Vec<NodeId>, Misfit> {
        let mut common = self.shape(operands[0]);
        for operand in &operands[1..] {
            common = shape::broadcast(&common, &self.shape(*operand))?;
        }
        let operands = operands.iter();
        Ok(operands.map(|id| self.spread(*id, &common)).collect())
    }

    /// A branch whose sides have one shape, or one of them is a number.
    pub fn branch(&mut self, condition: NodeId, yes: NodeId, no: NodeId) -> Result<NodeId, Unfit> {
        let (left, right) = (self.shape(yes), self.shape(no));
        let branches = match (left.len(), right.len()) {
            (0, _) => right,
            (_, 0) => left,
            _ if left == right => left,
            _ => return Err(Unfit::Branches([yes, no])),
        };
        let Ok(common) = shape::broadcast(&self.shape(condition), &branches) else {
            return Err(Unfit::Condition(condition, branches));
        };
        let [condition, yes, no] = [condition, yes, no].map(|id| self.spread(id, &common));
        Ok(self.select(condition, yes, no))
    }

    /// `a @ b` for vectors, matrices and batches of matrices: vectors become rows or columns, and what has no batch joins each of
    /// one, by views.
    pub fn product(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, NoProduct> {
        let (left, right) = (self.shape(a), self.shape(b));
        let batches = shape::product(&left, &right)?;
        let (is_row, is_column) = (left.len() == 1, right.len() == 1);
        if is_row && is_column {
            let product = self.call(rows::mul, &[a, b]);
            return Ok(self.reduce(Reduction::Sum, product, &[0]));
        }
        let one = Dim::literal(1);
        let mut sides = [a, b];
        if is_row {
            sides[0] = self.insert_axis(a, 0, one);
        } else if is_column {
            sides[1] = self.insert_axis(b, 1, one);
        }
        let [a, b] = sides.map(|side| match self.shape(side).len() {
            2 => batches
                .iter()
                .rev()
                .fold(side, |side, dim| self.insert_axis(side, 0, dim.clone())),
            _ => side,
        });
        let product = self.matmul(a, b);
        let rank = batches.len();
        Ok(match (is_row, is_column) {
            (true, _) => self.drop_axes(product, &[rank]),
            (_, true) => self.drop_axes(product, &[rank + 1]),
            _ => product,
        })
    }
}
