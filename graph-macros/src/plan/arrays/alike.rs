//! Loops that compute the same of other operands, whose kernel is written once.
//!
//! Invariant: two loops are alike where their steps are the same operations on what stands at the same places.

use super::{Kernel, Output, Step};
use crate::graph::{Graph, Kind, NodeId, Op};
use crate::hash::Map;

/// What a loop computes, whatever its operands are.
#[derive(PartialEq, Eq, Hash)]
struct Pattern {
    inputs: usize,
    steps: Vec<(Op, Kind, Vec<Value>)>,
    outputs: Vec<Value>,
}

#[derive(PartialEq, Eq, Hash)]
enum Value {
    /// The bits of a literal.
    Literal(u64),
    /// An input by its place, or behind the inputs a step.
    Place(usize),
}

/// For each step that is a loop, the first one alike, if there are several.
pub(super) fn first(graph: &Graph, steps: &[Step]) -> Map<usize, usize> {
    let mut patterns: Map<Pattern, Vec<usize>> = Map::default();
    for (at, step) in steps.iter().enumerate() {
        if let Step::Kernel(kernel) = step {
            let alike = patterns.entry(pattern(graph, kernel)).or_default();
            alike.push(at);
        }
    }
    let several = patterns.into_values().filter(|alike| alike.len() > 1);
    let firsts = several.flat_map(|alike| {
        let first = alike[0];
        alike.into_iter().map(move |at| (at, first))
    });
    firsts.collect()
}

fn pattern(graph: &Graph, kernel: &Kernel) -> Pattern {
    let values = kernel.inputs.iter().chain(&kernel.steps);
    let places: Map<NodeId, usize> = values.enumerate().map(|(at, id)| (*id, at)).collect();
    let value = |id: NodeId| match graph.constant(id) {
        Some(literal) => Value::Literal(literal.to_bits()),
        None => Value::Place(places[&id]),
    };
    let step = |id: &NodeId| {
        let node = graph.node(*id);
        let args = node.args.iter().map(|arg| value(*arg));
        (node.op.clone(), node.kind, args.collect())
    };
    Pattern {
        inputs: kernel.inputs.len(),
        steps: kernel.steps.iter().map(step).collect(),
        outputs: kernel
            .outputs
            .iter()
            .map(|output| value(Output::value(output)))
            .collect(),
    }
}
