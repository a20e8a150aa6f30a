//! Sums of products that are matrix products, whatever they are written as.
//!
//! `sum(c in 0..k, x[b, t, c]*w[c, h, e])` is a product of matrices for each `b` and `h`: an axis that only one factor has is one of
//! rows or of columns, an axis that both have and that is summed over is the inner one, and the others are batches. Invariant: a sum
//! is rewritten only where both factors have an axis of their own, so that the product reads each entry many times; a kernel
//! computes any other sum as fast, and what is in it too.

use crate::builder::Builder;
use crate::graph::{Dim, Graph, NodeId, Op, Reduction, Shape};
use crate::rules::rows;
use crate::shape::is_small;
use crate::transform::rebuild::{self, Rebuilt};

/// How far a factor is looked into for axes that it does not depend on.
const DEPTH: usize = 8;

/// The same graph, in which sums of products over one axis are products.
pub fn run(from: &Graph) -> Rebuilt {
    let roots: Vec<NodeId> = from.ids().collect();
    rebuild::run(from, &roots, |to, old, args| {
        let product = match &old.node.op {
            Op::Reduce(Reduction::Sum, axes) => product(to, args[0], axes),
            _ => None,
        };
        product.unwrap_or_else(|| old.again(to, args))
    })
}

/// Which factors depend on an axis.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Left,
    Right,
    Both,
    Neither,
}

fn product(graph: &mut Builder, terms: NodeId, summed: &[usize]) -> Option<NodeId> {
    let node = graph.node(terms);
    let (Op::Apply(rows::mul), [inner]) = (&node.op, summed) else {
        return None;
    };
    let (shape, factors) = (node.shape.clone(), [node.args[0], node.args[1]]);
    if is_small(&shape) {
        return None;
    }
    let of: Vec<Of> = (0..shape.len())
        .map(
            |axis| match factors.map(|factor| depends(graph, factor, axis, DEPTH)) {
                [true, false] => Of::Left,
                [false, true] => Of::Right,
                [true, true] => Of::Both,
                [false, false] => Of::Neither,
            },
        )
        .collect();
    if of[*inner] != Of::Both || of.contains(&Of::Neither) {
        return None;
    }
    let last = |side: Of| of.iter().rposition(|of| *of == side);
    let (row, column) = (last(Of::Left)?, last(Of::Right)?);
    // Batches of the left factor stand last, where they are rows as well if the factors lie so.
    let is_batch = |axis: &usize| ![*inner, row, column].contains(axis);
    let along = |side: Of| -> Vec<usize> {
        let batches = (0..shape.len()).filter(is_batch);
        batches.filter(|axis| of[*axis] == side).collect()
    };
    let batches = [along(Of::Both), along(Of::Right), along(Of::Left)].concat();
    let sides = [
        (factors[0], Of::Right, [row, *inner]),
        (factors[1], Of::Left, [*inner, column]),
    ];
    let [left, right] = sides.map(|(factor, other, matrix)| {
        let axes = batches.iter().copied().chain(matrix);
        matrices(
            graph,
            factor,
            &axes.collect::<Vec<_>>(),
            (&of, other),
            &shape,
        )
    });
    let product = graph.matmul(left, right);
    // Back to the order of the axes that are left.
    let made: Vec<usize> = batches.into_iter().chain([row, column]).collect();
    let kept = (0..shape.len()).filter(|axis| axis != inner);
    let order: Option<Vec<usize>> = kept
        .map(|axis| made.iter().position(|at| *at == axis))
        .collect();
    Some(graph.permute(product, &order?))
}

/// A factor under these axes, the same along those that only the `other` one depends on.
fn matrices(
    graph: &mut Builder,
    factor: NodeId,
    axes: &[usize],
    (of, other): (&[Of], Of),
    shape: &Shape,
) -> NodeId {
    let absent: Vec<usize> = (0..shape.len()).filter(|axis| of[*axis] == other).collect();
    let own = graph.drop_axes(factor, &absent);
    let left: Vec<usize> = (0..shape.len())
        .filter(|axis| !absent.contains(axis))
        .collect();
    let map = axes
        .iter()
        .map(|axis| left.iter().position(|own| own == axis));
    let dims: Vec<Dim> = axes.iter().map(|axis| shape[*axis].clone()).collect();
    graph.view(own, map.collect(), dims.into())
}

/// Whether the entries of a node may differ along an axis.
fn depends(graph: &Graph, id: NodeId, axis: usize, depth: usize) -> bool {
    let node = graph.node(id);
    if node.inserted >> axis & 1 == 1 || graph.constant(id).is_some() {
        return false;
    }
    let looks = node.op.is_elementwise() && depth > 0;
    !looks
        || node
            .args
            .iter()
            .any(|arg| depends(graph, *arg, axis, depth - 1))
}
