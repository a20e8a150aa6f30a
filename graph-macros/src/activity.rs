//! Which values a derivative reaches, and through which it passes on its way.
//!
//! Invariant: this is what differentiation makes nodes for, and what it refuses to: a row's column of derivatives alone decides.

use crate::graph::{Graph, NodeId, Op};
use crate::rule::Derivative;

/// Which nodes a derivative passes on its way from any of `outputs` to any of `sources`.
pub fn between(graph: &Graph, sources: &[NodeId], outputs: &[NodeId]) -> Vec<bool> {
    let active = active(graph, sources);
    let mut passed = vec![false; graph.len()];
    outputs.iter().for_each(|id| passed[id.index()] = true);
    for id in graph.ids().rev() {
        passed[id.index()] &= active[id.index()];
        if passed[id.index()] {
            let node = graph.node(id);
            let args = node.args.iter().enumerate();
            args.filter(|(at, _)| passes(&node.op, *at))
                .for_each(|(_, arg)| passed[arg.index()] = true);
        }
    }
    passed
}

/// Which nodes depend on any of `sources` in a way that a derivative sees.
pub fn active(graph: &Graph, sources: &[NodeId]) -> Vec<bool> {
    let mut active = vec![false; graph.len()];
    for source in sources {
        active[source.index()] = true;
    }
    for id in graph.ids() {
        let node = graph.node(id);
        let moved = |(at, arg): (usize, &NodeId)| active[arg.index()] && passes(&node.op, at);
        active[id.index()] |= node.args.iter().enumerate().any(moved);
    }
    active
}

/// Whether any derivative passes through the operation to this argument.
pub fn passes(op: &Op, arg: usize) -> bool {
    match op {
        Op::Apply(rule) => rule.row().derivative != Derivative::Zero && rule.row().has_partial(arg),
        Op::Select => arg > 0,
        _ => true,
    }
}
