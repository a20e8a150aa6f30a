//! Whether each row of the outputs depends on the same row of the inputs only, as in a batch whose cases do not meet.
//!
//! Then one pass with a seed in every row gives what a pass for each row would: the rows do not mix. Invariant: what is not known
//! to keep rows apart mixes them, so a wrong answer costs time and no digit.

use crate::activity;
use crate::graph::{Dim, Graph, Kind, Node, NodeId, Op};
use crate::rules::rows;

/// Where the rows of a value are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rows {
    /// Nothing that is differentiated by reaches it.
    Free,
    /// Along this axis.
    Along(usize),
    Mixed,
}

/// Whether all `outputs` and `sources` have one extent along their first axes, and no derivative leads from a position there to
/// another one.
pub fn are_apart(graph: &Graph, sources: &[NodeId], outputs: &[NodeId]) -> bool {
    let mut extents = sources.iter().chain(outputs);
    let extents = extents.by_ref().map(|id| graph.node(*id).shape.first());
    let extents: Vec<Option<&Dim>> = extents.collect();
    let Some(Some(extent)) = extents.first() else {
        return false;
    };
    if extents.iter().any(|other| *other != Some(*extent)) {
        return false;
    }
    let active = activity::active(graph, sources);
    let mut found: Vec<Rows> = Vec::with_capacity(graph.len());
    for id in graph.ids() {
        let node = graph.node(id);
        let rows = match (active[id.index()], sources.contains(&id)) {
            (false, _) => Rows::Free,
            (true, true) => Rows::Along(0),
            (true, false) => through(graph, node, &found),
        };
        let is_whole =
            |axis: usize| node.kind == Kind::Parts || node.shape.get(axis) == Some(*extent);
        found.push(match rows {
            Rows::Along(axis) if !is_whole(axis) => Rows::Mixed,
            rows => rows,
        });
    }
    outputs
        .iter()
        .all(|id| matches!(found[id.index()], Rows::Free | Rows::Along(0)))
}

/// Where the rows of an operation's value are, from where those of its arguments are.
fn through(graph: &Graph, node: &Node, found: &[Rows]) -> Rows {
    let args: Vec<Rows> = node
        .args
        .iter()
        .enumerate()
        .map(|(at, arg)| match activity::passes(&node.op, at) {
            true => found[arg.index()],
            false => Rows::Free,
        })
        .collect();
    let Some(axis) = common(&args) else {
        return Rows::Mixed;
    };
    let shape = |at: usize| &graph.node(node.args[at]).shape;
    let stays = |is_apart: bool| {
        if is_apart {
            Rows::Along(axis)
        } else {
            Rows::Mixed
        }
    };
    match &node.op {
        Op::Apply(rows::matmul) => product(graph, node, &args),
        op if op.is_elementwise() || node.is_mapped() => stays(alike(graph, node)),
        Op::Part(_) => stays(graph.node(node.args[0]).is_mapped()),
        Op::View(map) => match map.iter().filter(|from| **from == Some(axis)).count() {
            1 => map
                .iter()
                .position(|from| *from == Some(axis))
                .map_or(Rows::Mixed, Rows::Along),
            _ => Rows::Mixed,
        },
        Op::Slice { axis: along, .. } | Op::Pad { axis: along, .. } => stays(*along != axis),
        Op::Concat(along) | Op::Reverse(along) => stays(*along != axis),
        Op::Others(axes) => stays(!axes.contains(&axis)),
        Op::Reduce(_, axes) if !axes.contains(&axis) => {
            Rows::Along(axis - axes.iter().filter(|reduced| **reduced < axis).count())
        }
        Op::Stack => Rows::Along(axis + 1),
        Op::Reshape => stays(axis == 0 && node.shape.first() == shape(0).first()),
        _ => Rows::Mixed,
    }
}

/// The one axis along which all arguments have their rows that have any.
fn common(args: &[Rows]) -> Option<usize> {
    let mut axes = args.iter().filter(|rows| **rows != Rows::Free);
    match axes.next() {
        Some(first @ Rows::Along(axis)) => axes.all(|rows| rows == first).then_some(*axis),
        _ => None,
    }
}

/// Whether every argument has the axes of the value.
fn alike(graph: &Graph, node: &Node) -> bool {
    let mut args = node.args.iter();
    args.all(|arg| graph.node(*arg).shape.is_empty() || graph.node(*arg).shape == node.shape)
}

/// A row of the left matrix makes a row of the product, a column of the right one a column, a case of a batch a case.
fn product(graph: &Graph, node: &Node, args: &[Rows]) -> Rows {
    let rank = node.shape.len();
    let is_whole = |at: usize| graph.node(node.args[at]).shape.len() == rank;
    match *args {
        [Rows::Along(row), Rows::Free] if row + 1 < rank && is_whole(0) => Rows::Along(row),
        [Rows::Free, Rows::Along(column)] if column + 2 != rank && is_whole(1) => {
            Rows::Along(column)
        }
        [Rows::Along(case), Rows::Along(_)] if case + 2 < rank && is_whole(0) && is_whole(1) => {
            Rows::Along(case)
        }
        _ => Rows::Mixed,
    }
}
