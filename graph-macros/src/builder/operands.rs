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

    /// `a @ b` for vectors, matrices and batches of matrices: vectors become rows or columns, and a matrix joins each of a batch, by
    /// views.
    pub fn product(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, NoProduct> {
        let (left, right) = (self.shape(a), self.shape(b));
        shape::product(&left, &right)?;
        let one = Dim::literal(1);
        Ok(match (left.len(), right.len()) {
            (1, 1) => {
                let product = self.call(rows::mul, &[a, b]);
                self.reduce(Reduction::Sum, product, &[0])
            }
            (1, _) => {
                let row = self.insert_axis(a, 0, one);
                let product = self.matmul(row, b);
                self.drop_axes(product, &[0])
            }
            (_, 1) => {
                let column = self.insert_axis(b, 1, one);
                let product = self.matmul(a, column);
                self.drop_axes(product, &[1])
            }
            (3, 2) => {
                let many = self.insert_axis(b, 0, left[0].clone());
                self.matmul(a, many)
            }
            _ => self.matmul(a, b),
        })
    }
}
