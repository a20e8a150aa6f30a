//! Which values are at least a positive number, or never below 0, whatever the inputs are.
//!
//! A slope such as `1 / x` is finite where `x` keeps away from 0: that of `ln(1 + exp(x))` needs no strong zero. Invariant: an
//! answer of "yes" holds for every input that is a number; "no" says nothing.

use crate::graph::{Graph, NodeId, Op, Reduction};
use crate::rule::Sign;
use crate::rules::rows;

/// How deep operations are looked into.
const DEPTH: usize = 6;

/// What is smaller may have a power that is infinite in `f32`.
const SMALL: f64 = 1e-6;

/// Whether the value, or its opposite, is at least some positive number.
pub fn is_far_from_zero(graph: &Graph, id: NodeId) -> bool {
    match graph.operand_of(rows::neg, id) {
        Some(inner) => is_positive(graph, inner),
        None => is_positive(graph, id) || graph.constant(id).is_some_and(|x| x < -SMALL),
    }
}

/// Whether the value is at least some positive number.
pub fn is_positive(graph: &Graph, id: NodeId) -> bool {
    is_above(graph, id, DEPTH)
}

fn is_above(graph: &Graph, id: NodeId, depth: usize) -> bool {
    if let Some(value) = graph.constant(id) {
        return value > SMALL;
    }
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let node = graph.node(id);
    let positive = |at: usize| is_above(graph, node.args[at], depth);
    let not_negative = |at: usize| is_not_negative(graph, node.args[at], depth);
    match &node.op {
        Op::Select => positive(1) && positive(2),
        Op::View(_) | Op::Slice { .. } => positive(0),
        Op::Stack => (0..node.args.len()).all(positive),
        Op::Among(Reduction::Max) => (0..node.args.len()).any(positive),
        Op::Among(Reduction::Min) => (0..node.args.len()).all(positive),
        Op::Apply(rule) => match rule.row().sign {
            Sign::Sum => positive(0) && not_negative(1) || not_negative(0) && positive(1),
            Sign::Size | Sign::One => (0..node.args.len()).any(positive),
            Sign::All => (0..node.args.len()).all(positive),
            Sign::Positive => true,
            // A product of small numbers may be 0.
            Sign::Product | Sign::NotNegative | Sign::Flat | Sign::Unknown => false,
        },
        _ => false,
    }
}

fn is_not_negative(graph: &Graph, id: NodeId, depth: usize) -> bool {
    if let Some(value) = graph.constant(id) {
        return value >= 0.0;
    }
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let node = graph.node(id);
    let holds = |at: usize| is_not_negative(graph, node.args[at], depth);
    match &node.op {
        Op::Powi(exponent) => exponent % 2 == 0,
        Op::Select => holds(1) && holds(2),
        Op::View(_) | Op::Slice { .. } | Op::Reduce(..) => holds(0),
        Op::Stack | Op::Among(_) => (0..node.args.len()).all(holds),
        Op::Apply(rule) => match rule.row().sign {
            Sign::Product => node.args[0] == node.args[1] || holds(0) && holds(1),
            Sign::Sum | Sign::All => holds(0) && holds(1),
            Sign::One => holds(0) || holds(1),
            Sign::Positive | Sign::NotNegative | Sign::Flat | Sign::Size => true,
            Sign::Unknown => false,
        },
        _ => false,
    }
}
