//! Which values a derivative reaches, and through which it passes on its way.
//!
//! Invariant: this is what differentiation makes nodes for, and what it refuses to: a row's column of derivatives alone decides.

use crate::graph::{Graph, NodeId, Op, Scan};
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

/// Which leaves of a loop's body depend on what is differentiated by, where these arguments do: a state does if any step makes it so.
pub fn in_steps(scan: &Scan, active: &[bool]) -> Vec<bool> {
    let leaves = scan.leaves(active.len());
    let mut moves = active.to_vec();
    loop {
        let active = self::active(&scan.body, &moving(&leaves, &moves));
        let before = moves.clone();
        for (moves, next) in moves.iter_mut().zip(&scan.next) {
            *moves |= active[next.index()];
        }
        if moves == before {
            return moves;
        }
    }
}

fn moving(leaves: &[Option<NodeId>], moves: &[bool]) -> Vec<NodeId> {
    let both = leaves.iter().zip(moves).filter(|(_, moves)| **moves);
    both.filter_map(|(leaf, _)| *leaf).collect()
}

/// Visits the nodes that a derivative reaches from `sources`, and where `outputs` are named passes on its way from them: those in
/// the bodies of loops too, each with the graph that it is in and what is active there.
pub fn visit(
    graph: &Graph,
    sources: &[NodeId],
    outputs: Option<&[NodeId]>,
    each: &mut dyn FnMut(&Graph, NodeId, &[bool]),
) {
    let active = active(graph, sources);
    let passed = outputs.map(|outputs| between(graph, sources, outputs));
    let is_passed = |id: &NodeId| passed.as_ref().is_none_or(|passed| passed[id.index()]);
    for id in graph.ids().filter(is_passed) {
        each(graph, id, &active);
        let node = graph.node(id);
        let Op::Scan(scan) = node.op else { continue };
        let scan = &graph.scans[scan];
        let args: Vec<bool> = node.args.iter().map(|arg| active[arg.index()]).collect();
        let sources = moving(&scan.leaves(args.len()), &in_steps(scan, &args));
        let given = scan.given.iter().map(|given| given.node);
        let roots: Vec<NodeId> = scan.next.iter().copied().chain(given).collect();
        let roots = outputs.is_some().then_some(&*roots);
        visit(&scan.body, &sources, roots, each);
    }
}

/// Whether any derivative passes through the operation to this argument.
pub fn passes(op: &Op, arg: usize) -> bool {
    match op {
        Op::Apply(rule) => rule.row().derivative != Derivative::Zero && rule.row().has_partial(arg),
        Op::Select => arg > 0,
        _ => true,
    }
}
