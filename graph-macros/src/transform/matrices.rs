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
use crate::graph::{Graph, Kind, NodeId, Op, Reduction};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape::is_small;

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
        false => strong(graph, d, value, front),
    })
}

/// Whether it takes entries as they are, or half of them.
pub(super) fn moves_entries(rule: RuleId) -> bool {
    matches!(
        rule,
        rows::lower | rows::upper | rows::half_lower | rows::diagonal | rows::diagonal_matrix
    )
}

/// A derivative that is 0 for a matrix since no branch is taken there stays 0, though the matrix may have no inverse. So many axes
/// are in front of matrices.
fn strong(graph: &mut Builder, d: NodeId, value: NodeId, front: usize) -> NodeId {
    let node = graph.node(d);
    if !(node.masked || node.singular) {
        return value;
    }
    let shape = graph.shape(value);
    let own = front..graph.shape(d).len();
    let size = graph.call(rows::abs, &[d]);
    let size = graph.reduce(Reduction::Sum, size, &own.collect::<Vec<_>>());
    let of_value: Vec<usize> = (front..shape.len()).collect();
    let size = graph.unreduce(size, &of_value, &shape);
    let zero = graph.number(0.0);
    let zero = graph.spread(zero, &shape);
    let is_zero = graph.call(rows::equal, &[size, zero]);
    graph.select(is_zero, zero, value)
}

/// The graph of `roots` with its matrices in numbers, where all leaves and roots are numbers and something is between them that is
/// not; nodes from `primal` on are derivative code.
pub fn apart(from: &Graph, primal: usize, roots: &[NodeId]) -> Option<Rebuilt> {
    let needed = from.reachable(roots.iter().copied());
    let is_whole = wholes(from, &needed);
    if !is_whole.contains(&true) || !is_between_numbers(from, &needed, &is_whole, roots) {
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

/// Which nodes are arrays that lie between numbers: not what loops give of each step, or take.
fn wholes(graph: &Graph, needed: &[bool]) -> Vec<bool> {
    let is_array = |id: NodeId| needed[id.index()] && !graph.node(id).shape.is_empty();
    let mut of_steps = vec![false; graph.len()];
    for id in graph.ids().filter(|id| needed[id.index()]) {
        let node = graph.node(id);
        let is_part = |arg: &NodeId| of_steps[arg.index()] || graph.node(*arg).kind == Kind::Parts;
        of_steps[id.index()] = is_array(id) && node.args.iter().any(is_part);
    }
    for id in graph.ids().rev().filter(|id| needed[id.index()]) {
        let node = graph.node(id);
        if of_steps[id.index()]
            || matches!(
                node.op,
                Op::Scan(_) | Op::Call(_) | Op::Pull(_) | Op::Push { .. }
            )
        {
            for arg in node.args.iter().filter(|arg| is_array(**arg)) {
                of_steps[arg.index()] = true;
            }
        }
    }
    graph
        .ids()
        .map(|id| is_array(id) && !of_steps[id.index()])
        .collect()
}

fn is_between_numbers(graph: &Graph, needed: &[bool], is_whole: &[bool], roots: &[NodeId]) -> bool {
    let mut nodes = graph.ids().filter(|id| is_whole[id.index()]);
    let of_matrices = |id: NodeId| {
        let mut all = std::iter::once(id).chain(graph.node(id).args.iter().copied());
        let node = graph.node(id);
        matches!(node.op, Op::Apply(rule) if rule.is_of_matrices())
            && all.all(|id| is_small(&graph.size_of(id)))
    };
    let any = graph.ids().any(|id| needed[id.index()] && of_matrices(id));
    any && roots.iter().all(|id| !is_whole[id.index()])
        && nodes.all(|id| {
            let node = graph.node(id);
            !matches!(node.op, Op::Input { .. })
                && node.kind != Kind::Labels
                && is_small(&graph.size_of(id))
        })
}
