//! What cancels in derivative code: a factor against what divides by it, and kinks that a product smooths.
//!
//! A common factor is cancelled rather than divided by itself: `sqrt(x)^2` has the slope 1 at 0, since `2 y / (2 y)` is 1 for
//! every `y` but 0, and its limit there. `|x| sign(x)` is `x`, and `sign(x) sign(x)` is 1 on both sides of 0, so the square of a
//! distance has the curvature that it has on paper. Invariant: this is the one place that decides what cancels, so both modes and
//! all orders decide alike, and a value changes at most where a factor is 0 or infinite, to the limit there.

use super::algebra::{choose, factor_of, product, scaled, total};
use crate::builder::Builder;
use crate::graph::{Graph, NodeId, Op};
use crate::hash::Set;
use crate::rule::RuleId;
use crate::rules::rows;

/// How many factors of a divisor are cancelled.
const FACTORS: usize = 6;

/// How many nodes of products, sums and branches are looked at for a factor.
const MOST: usize = 64;

/// Nodes that have been looked at in vain.
type Seen = Set<NodeId>;

/// Both without the factors they have in common; untouched where there are none.
pub fn cancelled(graph: &mut Builder, above: NodeId, below: NodeId) -> (NodeId, NodeId) {
    let (mut left, mut rest) = (above, Vec::new());
    for factor in factors(graph, below) {
        match quotient(graph, left, factor) {
            Some(quotient) => left = quotient,
            None => rest.push(factor),
        }
    }
    if left == above {
        return (above, below);
    }
    let rest = rest
        .into_iter()
        .reduce(|left, right| graph.call(rows::mul, &[left, right]));
    let rest = rest.unwrap_or_else(|| one(graph, below));
    (left, rest)
}

/// `id / by` where that leaves no division.
fn quotient(graph: &mut Builder, id: NodeId, by: NodeId) -> Option<NodeId> {
    without(graph, id, by, &mut Seen::default())
}

fn without(graph: &mut Builder, id: NodeId, by: NodeId, seen: &mut Seen) -> Option<NodeId> {
    if bare(graph, id) == bare(graph, by) {
        return Some(one(graph, id));
    }
    if seen.len() >= MOST || !seen.insert(id) {
        return None;
    }
    let node = graph.node(id);
    let (op, args) = (node.op.clone(), node.args.clone());
    match &op {
        Op::Powi(exponent) if *exponent > 1 => {
            let rest = without(graph, args[0], by, seen)?;
            let power = graph.powi(args[0], exponent - 1);
            product(graph, power, rest)
        }
        // The same view of what the other one is a view of.
        Op::View(map) => {
            let other = graph.node(by);
            let inner = (other.op == op).then(|| other.args[0])?;
            if graph.shape(inner) != graph.shape(args[0]) {
                return None;
            }
            let rest = without(graph, args[0], inner, seen)?;
            let shape = graph.shape(id);
            Some(graph.view(rest, map.to_vec(), shape))
        }
        Op::Strong(zero) => match without(graph, args[0], by, seen) {
            Some(first) => Some(graph.strong(*zero, first, args[1])),
            None => {
                let second = without(graph, args[1], by, seen)?;
                Some(graph.strong(*zero, args[0], second))
            }
        },
        Op::Select => {
            let mut side = |arg: NodeId| match graph.constant(arg) {
                Some(0.0) => Some(arg),
                _ => without(graph, arg, by, seen),
            };
            let (yes, no) = (side(args[1])?, side(args[2])?);
            Some(graph.select(args[0], yes, no))
        }
        Op::Apply(rule) => match *rule {
            rows::neg => {
                let inner = without(graph, args[0], by, seen)?;
                Some(graph.call(rows::neg, &[inner]))
            }
            rows::div => {
                let above = without(graph, args[0], by, seen)?;
                Some(graph.call(rows::div, &[above, args[1]]))
            }
            rows::mul => match without(graph, args[0], by, seen) {
                Some(left) => product(graph, left, args[1]),
                None => {
                    let right = without(graph, args[1], by, seen)?;
                    product(graph, args[0], right)
                }
            },
            rows::add | rows::sub => {
                let left = without(graph, args[0], by, seen)?;
                // One term has the factor where another one has it too.
                let right = without(graph, args[1], by, &mut Seen::default())?;
                Some(graph.call(*rule, &[left, right]))
            }
            _ => None,
        },
        _ => None,
    }
}

/// `x + 0`, with which a row makes a zero positive, is `x` here.
fn bare(graph: &Graph, id: NodeId) -> NodeId {
    let node = graph.node(id);
    match (&node.op, &*node.args) {
        (Op::Apply(rows::add), &[x, zero]) if graph.constant(zero) == Some(0.0) => x,
        _ => id,
    }
}

/// The factors of a product.
fn factors(graph: &Graph, id: NodeId) -> Vec<NodeId> {
    let node = graph.node(id);
    match &node.op {
        Op::Apply(rows::mul) => {
            let all = node.args.iter().flat_map(|arg| factors(graph, *arg));
            all.take(FACTORS).collect()
        }
        Op::Powi(2) => vec![node.args[0]; 2],
        _ => vec![id],
    }
}

fn one(graph: &mut Builder, like: NodeId) -> NodeId {
    let one = graph.number(1.0);
    let shape = graph.shape(like);
    graph.spread(one, &shape)
}

/// A product over a sum, or over what a branch chose, term by term: where some of the terms have the factor `by` and others have
/// not. The inner answer is none where the product is structurally zero.
pub fn distributed(
    graph: &mut Builder,
    d: NodeId,
    by: NodeId,
    multiply: &mut dyn FnMut(&mut Builder, NodeId) -> Option<NodeId>,
) -> Option<Option<NodeId>> {
    let node = graph.node(d);
    let (op, args) = (node.op.clone(), node.args.clone());
    let sides = match &op {
        Op::Select => [args[1], args[2]],
        Op::Apply(rule) => match *rule {
            rows::add | rows::sub => [args[0], args[1]],
            rows::neg => {
                let inner = distributed(graph, args[0], by, multiply)?;
                return Some(inner.map(|inner| graph.call(rows::neg, &[inner])));
            }
            // A constant or another factor of a sum.
            rows::mul => {
                let [left, right] = [args[0], args[1]];
                let (factor, inner) = match distributed(graph, right, by, multiply) {
                    Some(inner) => (left, inner),
                    None => (right, distributed(graph, left, by, multiply)?),
                };
                return Some(inner.and_then(|inner| product(graph, factor, inner)));
            }
            _ => return None,
        },
        _ => return None,
    };
    // Half of a cancellation would leave an infinity that the other term might oppose.
    let has = sides.map(|side| {
        let (left, rest) = cancelled(graph, side, by);
        left != side && graph.constant(rest).is_some()
    });
    if has[0] == has[1] {
        return None;
    }
    let [first, second] = sides.map(|side| multiply(graph, side));
    Some(match op {
        Op::Select => choose(graph, args[0], first, second),
        Op::Apply(rows::sub) => {
            let second = second.map(|second| graph.call(rows::neg, &[second]));
            total(graph, [first, second].into_iter().flatten())
        }
        _ => total(graph, [first, second].into_iter().flatten()),
    })
}

/// `d * partial` where `|x|` and `sign(x)` meet in it, or `sign(x)` twice. The inner answer is none where the product is
/// structurally zero.
pub fn kinks(graph: &mut Builder, d: NodeId, partial: NodeId) -> Option<Option<NodeId>> {
    if let Some((factor, rest)) = factor_of(graph, partial) {
        let smooth = kinks(graph, d, rest)?;
        return Some(smooth.and_then(|smooth| scaled(graph, smooth, factor)));
    }
    if let Some(x) = graph.operand_of(rows::sign, partial) {
        if let Some(abs) = found(graph, rows::abs, x) {
            if let Some(rest) = quotient(graph, d, abs) {
                return Some(product(graph, rest, x));
            }
            let mut multiply = |graph: &mut Builder, d| product(graph, d, partial);
            if let Some(sum) = distributed(graph, d, abs, &mut multiply) {
                return Some(sum);
            }
        }
        if let Some(rest) = quotient(graph, d, partial) {
            return Some(Some(rest));
        }
        return distributed(graph, d, partial, &mut |graph, d| {
            product(graph, d, partial)
        });
    }
    let x = graph.operand_of(rows::abs, partial)?;
    let sign = found(graph, rows::sign, x)?;
    if let Some(rest) = quotient(graph, d, sign) {
        return Some(product(graph, rest, x));
    }
    distributed(graph, d, sign, &mut |graph, d| product(graph, d, partial))
}

/// The row on `x`, if it is there.
fn found(graph: &Builder, rule: RuleId, x: NodeId) -> Option<NodeId> {
    graph.find(&Op::Apply(rule), &[x], &graph.shape(x))
}
