//! Which loops nodes depend on, while the bodies of loops are there as they are in one turn.
//!
//! Invariant: a node depends on the loops that its arguments depend on, but for those that it closes; what no argument tells is
//! written at the node.

use std::rc::Rc;

use crate::graph::{Graph, LoopId, Op};

/// The loops that a node depends on, outermost first.
pub type Turns = Rc<[LoopId]>;

/// The loops that each node depends on, in a body whose leaves depend on these.
pub fn depend(graph: &Graph, leaves: &[Turns]) -> Vec<Turns> {
    let mut turns: Vec<Turns> = Vec::with_capacity(graph.len());
    for id in graph.ids() {
        let node = graph.node(id);
        let args = node.args.iter().flat_map(|arg| turns[arg.index()].to_vec());
        let all = union(args.collect());
        turns.push(match node.op {
            Op::Turn { of, .. } | Op::Entry { of, .. } | Op::Carried { of, .. } => with(&all, of),
            Op::Each(of) | Op::Total(_, of) | Op::Carry { of, .. } => without(&all, of),
            Op::Input { input, .. } if !leaves.is_empty() => leaves[input.0].clone(),
            _ => all,
        });
    }
    turns
}

/// Loops in their order, each once.
pub fn union(mut all: Vec<LoopId>) -> Turns {
    all.sort_unstable();
    all.dedup();
    all.into()
}

pub fn with(turns: &Turns, of: LoopId) -> Turns {
    union(turns.iter().copied().chain([of]).collect())
}

pub fn without(turns: &Turns, of: LoopId) -> Turns {
    turns.iter().copied().filter(|other| *other != of).collect()
}
