//! Operations on matrices: their derivatives, and what becomes of them among numbers.
//!
//! Where small arrays are taken apart, an operation on a matrix stays whole between the numbers that the matrix is put together from
//! and the entries that are read of the result, so that it is differentiated as one: by the column of its row, as among arrays. When
//! all derivatives are there, what is between numbers is taken apart too, and an elimination becomes straight-line code
//! ([`numbers`]). Invariant: afterwards a graph whose leaves and roots are numbers has no matrix left.

pub mod numbers;

use super::rebuild::Rebuilt;
use super::scalars::Apart;
use crate::activity::passes;
use crate::builder::Builder;
use crate::formula;
use crate::graph::{Graph, Kind, NodeId, Op, Reduction, Shape};
use crate::rule::RuleId;
use crate::rules::rows;

/// The adjoint of one argument of an operation on matrices.
pub fn adjoint(graph: &mut Builder, id: NodeId, arg: usize, seed: NodeId) -> Option<NodeId> {
    derivative(graph, id, arg, seed, formula::adjoint)
}

/// The change of its result, where one argument changes by a tangent.
pub fn tangent(graph: &mut Builder, id: NodeId, arg: usize, tangent: NodeId) -> Option<NodeId> {
    derivative(graph, id, arg, tangent, formula::tangent)
}

type Column = fn(&mut Builder, RuleId, usize, &[NodeId], [NodeId; 2]) -> Option<NodeId>;

fn derivative(
    graph: &mut Builder,
    id: NodeId,
    arg: usize,
    d: NodeId,
    column: Column,
) -> Option<NodeId> {
    let node = graph.node(id).clone();
    let Op::Apply(rule) = node.op else {
        return None;
    };
    debug_assert!(
        passes(&node.op, arg),
        "an argument by which there is a derivative"
    );
    let value = column(graph, rule, arg, &node.args, [id, d])?;
    let front = graph.shape(node.args[0]).len().saturating_sub(2);
    Some(match moves_entries(rule) {
        true => value,
        false if is_open(graph, rule, d) => strong(graph, d, value, front),
        false => value,
    })
}

/// Whether it takes entries as they are, or half of them.
pub(super) fn moves_entries(rule: RuleId) -> bool {
    matches!(
        rule,
        rows::lower | rows::upper | rows::half_lower | rows::diagonal | rows::diagonal_matrix
    )
}

/// Whether a derivative may be 0 where the matrix has no inverse, and the value none the less one: behind a branch, or where it is that
/// of a determinant.
fn is_open(graph: &Builder, rule: RuleId, d: NodeId) -> bool {
    let node = graph.node(d);
    let of_determinant = matches!(rule, rows::lu_det | rows::lu_logdet);
    node.masked || node.singular || of_determinant && graph.constant(d).is_none()
}

/// A derivative that is 0 for a matrix stays 0, whatever it is multiplied by. So many axes are in front of matrices.
///
/// Where the product is finite, it is that 0 by itself, and how it changes is not lost for the next order: a derivative that is 0 at
/// a point may move away from it.
fn strong(graph: &mut Builder, d: NodeId, value: NodeId, front: usize) -> NodeId {
    let shape = graph.shape(value);
    let [zeros, infinities] = [0.0, f64::INFINITY].map(|number| {
        let number = graph.number(number);
        graph.spread(number, &shape)
    });
    let [size, size_of_value] = [d, value].map(|of| size(graph, of, front, &shape));
    let is_zero = graph.call(rows::equal, &[size, zeros]);
    let is_finite = graph.call(rows::less, &[size_of_value, infinities]);
    let is_undefined = graph.call(rows::not, &[is_finite]);
    let is_held = graph.call(rows::and, &[is_zero, is_undefined]);
    graph.select(is_held, zeros, value)
}

/// The sum of the absolute values of each matrix, under a shape.
fn size(graph: &mut Builder, of: NodeId, front: usize, shape: &Shape) -> NodeId {
    let own: Vec<usize> = (front..graph.shape(of).len()).collect();
    let sizes = graph.call(rows::abs, &[of]);
    let size = graph.reduce(Reduction::Sum, sizes, &own);
    let of_shape: Vec<usize> = (front..shape.len()).collect();
    graph.unreduce(size, &of_shape, shape)
}

/// The graph of `roots` with its matrices in numbers, where all leaves and roots are numbers and something is between them that is
/// not; nodes from `primal` on are derivative code.
pub fn apart(from: &Graph, primal: usize, roots: &[NodeId]) -> Option<Rebuilt> {
    let needed = from.reachable(roots.iter().copied());
    let is_of_numbers = |id: NodeId| {
        let node = from.node(id);
        !needed[id.index()] || !matches!(node.op, Op::Input { .. }) || node.shape.is_empty()
    };
    let has_matrices = |id: NodeId| {
        let of_matrices = |rule: RuleId| rule.is_of_matrices();
        needed[id.index()] && matches!(from.node(id).op, Op::Apply(rule) if of_matrices(rule))
    };
    if !from.ids().any(has_matrices) || !from.ids().all(is_of_numbers) {
        return None;
    }
    let is_whole = wholes(from, &needed);
    let stay =
        |id: NodeId| needed[id.index()] && !from.node(id).shape.is_empty() && !is_whole[id.index()];
    if roots.iter().any(|id| is_whole[id.index()])
        || from.ids().any(|id| has_matrices(id) && stay(id))
    {
        return None;
    }
    let mut apart = Apart::last(from.clone());
    let mut moved = vec![None; from.len()];
    for id in from.ids().filter(|id| needed[id.index()]) {
        let node = from.node(id);
        apart.to.set_place(node.place);
        apart.to.is_regular = node.regular;
        let is_of_matrices =
            is_whole[id.index()] || node.args.iter().any(|arg| is_whole[arg.index()]);
        apart.drops_zeros = id.index() >= primal || is_whole[id.index()];
        let entries = match is_of_matrices {
            true => apart.entries_of(node),
            false => apart.as_it_is(node),
        };
        if !is_whole[id.index()] {
            moved[id.index()] = entries.first().copied();
            apart.to.keep_notes(entries[0], node);
        }
        apart.entries[id.index()] = entries;
    }
    apart.to.is_regular = false;
    let graph = apart.to;
    Some(Rebuilt { graph, moved })
}

/// Which nodes are arrays that lie between numbers: none that is made of, or goes into, an array that stays one.
pub fn wholes(graph: &Graph, needed: &[bool]) -> Vec<bool> {
    let is_array = |id: NodeId| needed[id.index()] && !graph.node(id).shape.is_empty();
    let arrays: Vec<NodeId> = graph.ids().filter(|id| is_array(*id)).collect();
    let mut is_whole: Vec<bool> = graph
        .ids()
        .map(|id| is_array(id) && graph.comes_apart(id))
        .collect();
    let parts = graph.ids().filter(|id| needed[id.index()]);
    let parts = parts.filter(|id| graph.node(*id).kind == Kind::Parts);
    for arg in parts.flat_map(|id| &graph.node(id).args) {
        is_whole[arg.index()] = false;
    }
    loop {
        let before = is_whole.clone();
        for id in arrays.iter().chain(arrays.iter().rev()) {
            let args = &graph.node(*id).args;
            let stays = |arg: &NodeId| {
                let node = graph.node(*arg);
                !is_whole[arg.index()] && (is_array(*arg) || node.kind == Kind::Parts)
            };
            is_whole[id.index()] &= !args.iter().any(stays);
            if !is_whole[id.index()] {
                args.iter().for_each(|arg| is_whole[arg.index()] = false);
            }
        }
        if is_whole == before {
            return is_whole;
        }
    }
}
