//! What a loop need not compute: where a branch is not taken, all that it gives may be 0.
//!
//! In a sum over pairs with a cut-off, or over a triangle, most turns count for nothing. Invariant: where a gate is shut, each value
//! that the loop gives is 0 whatever else is computed, so leaving it out changes no bit.

use super::{Kernel, Output};
use crate::graph::{Graph, NodeId, Op};
use crate::hash::{Map, Set};
use crate::rules::rows;

/// The least work behind a gate that is worth a test, in sums.
const WORTH: usize = 16;

/// The steps of a loop in two runs, and what must hold, all of it, for the second to matter.
pub struct Gate {
    pub before: Vec<NodeId>,
    pub holds: Vec<NodeId>,
    pub behind: Vec<NodeId>,
}

/// The gate of a loop, if it has one that is worth it.
pub fn of(graph: &Graph, kernel: &Kernel) -> Option<Gate> {
    let own: Set<NodeId> = kernel.steps.iter().copied().collect();
    let mut known = Map::default();
    let mut values = kernel.outputs.iter().map(Output::value);
    let first = shut_by(graph, &own, values.next()?, &mut known);
    let all = values.fold(first, |common, value| {
        both(common, shut_by(graph, &own, value, &mut known))
    });
    let Shut::By(mut holds) = all else {
        return None;
    };
    holds.retain(|condition| own.contains(condition));
    if holds.is_empty() {
        return None;
    }
    let mut is_before = Set::default();
    let mut open = holds.clone();
    while let Some(id) = open.pop() {
        if own.contains(&id) && is_before.insert(id) {
            open.extend(&graph.node(id).args);
        }
    }
    let (before, behind): (Vec<NodeId>, Vec<NodeId>) =
        kernel.steps.iter().partition(|id| is_before.contains(id));
    let work = behind.iter().map(|id| match &graph.node(*id).op {
        Op::Apply(rule) => rule.row().cost.unwrap_or(1),
        _ => 1,
    });
    (work.sum::<usize>() >= WORTH).then_some(Gate {
        before,
        holds,
        behind,
    })
}

/// When a value is certain to be 0.
#[derive(Clone)]
enum Shut {
    Always,
    /// Where any of these conditions does not hold.
    By(Vec<NodeId>),
}

fn shut_by(graph: &Graph, own: &Set<NodeId>, id: NodeId, known: &mut Map<NodeId, Shut>) -> Shut {
    if let Some(shut) = known.get(&id) {
        return shut.clone();
    }
    let node = graph.node(id);
    let is_positive_zero = graph.constant(id).map(f64::to_bits) == Some(0);
    let shut = match &node.op {
        _ if is_positive_zero => Shut::Always,
        _ if !own.contains(&id) => Shut::By(Vec::new()),
        Op::Select => {
            let [yes, no] = [1, 2].map(|at| shut_by(graph, own, node.args[at], known));
            match (yes, no) {
                (yes, Shut::Always) => either(yes, node.args[0]),
                (yes, no) => both(yes, no),
            }
        }
        Op::Shut => shut_by(graph, own, node.args[1], known),
        Op::Apply(rows::add) => {
            let [left, right] = [0, 1].map(|at| shut_by(graph, own, node.args[at], known));
            both(left, right)
        }
        _ => Shut::By(Vec::new()),
    };
    known.insert(id, shut.clone());
    shut
}

/// Shut by what it was shut by, and where the condition does not hold.
fn either(shut: Shut, condition: NodeId) -> Shut {
    match shut {
        Shut::Always => Shut::Always,
        Shut::By(mut conditions) => {
            if !conditions.contains(&condition) {
                conditions.push(condition);
            }
            Shut::By(conditions)
        }
    }
}

/// Shut only where both are.
fn both(one: Shut, other: Shut) -> Shut {
    match (one, other) {
        (Shut::Always, shut) | (shut, Shut::Always) => shut,
        (Shut::By(mut one), Shut::By(other)) => {
            one.retain(|condition| other.contains(condition));
            Shut::By(one)
        }
    }
}
