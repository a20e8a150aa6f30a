//! Products and sums of derivative code, where more may be rewritten than in what the user wrote.
//!
//! Invariant: a structural zero (`None`) is never made into a node, and a factor of one is never multiplied by. What can be
//! infinite or undefined where no value is (`Node::singular`) is multiplied with strong zeros on both sides, so that both modes
//! give the same at every singular point: a product is 0 if any factor along the chain is, in whatever order it is made.

use super::cancel::{self, cancelled};
use crate::builder::Builder;
use crate::builder::pairwise;
use crate::graph::{Graph, NodeId, Op, Zero};
use crate::rules::rows;

/// How a derivative is multiplied by a partial.
#[derive(Clone, Copy, Default)]
pub struct How {
    /// The partial can be infinite or undefined where the value of its operation is not.
    pub singular: bool,
    /// The partial is a value that something else has computed already.
    pub known: bool,
}

/// `d * partial`; none where it is structurally zero.
pub fn product(graph: &mut Builder, d: NodeId, partial: NodeId) -> Option<NodeId> {
    product_by(graph, d, partial, How::default())
}

pub fn product_by(graph: &mut Builder, d: NodeId, partial: NodeId, how: How) -> Option<NodeId> {
    if let Some(factor) = graph.constant(partial) {
        return scaled(graph, d, factor);
    }
    if let Some(factor) = graph.constant(d) {
        if !how.singular || factor == 0.0 {
            return scaled(graph, partial, factor);
        }
        // A factor alone would not say that the partial is singular, and what comes later has to know.
        let slope = slope(graph, partial);
        return match graph.node(slope).singular {
            true => scaled(graph, slope, factor),
            false => Some(graph.strong(Zero::First, d, slope)),
        };
    }
    if let Some(inner) = graph.operand_of(rows::neg, partial) {
        let inner = product_by(graph, d, inner, how)?;
        return Some(graph.call(rows::neg, &[inner]));
    }
    if let Some(inner) = graph.operand_of(rows::neg, d) {
        let inner = product_by(graph, inner, partial, how)?;
        return Some(graph.call(rows::neg, &[inner]));
    }
    let node = graph.node(partial);
    let args = node.args.clone();
    match &node.op {
        // A gate picks rather than multiplies: what it shuts out may be infinite.
        Op::Select if graph.constant(args[1]).is_some() || graph.constant(args[2]).is_some() => {
            let yes = product_by(graph, d, args[1], how);
            let no = product_by(graph, d, args[2], how);
            return choose(graph, args[0], yes, no);
        }
        _ => {}
    }
    if let Some(smooth) = cancel::kinks(graph, d, partial) {
        return smooth;
    }
    if let Some(quotient) = into_quotient(graph, d, partial, how) {
        return quotient;
    }
    if let Some(inner) = into_factors(graph, d, partial, how) {
        return inner;
    }
    match &graph.node(partial).op {
        Op::Apply(rows::div) => quotient(graph, d, partial, (args[0], args[1]), how),
        _ => Some(times(graph, d, partial, how.singular)),
    }
}

/// The product itself, whose zeros are strong where the other factor can be singular.
fn times(graph: &mut Builder, d: NodeId, partial: NodeId, singular: bool) -> NodeId {
    let over_partial = singular || graph.node(partial).singular || graph.node(d).masked;
    // What grows without bound does so in vain where a branch is not taken.
    let over_d = graph.node(d).singular || singular && graph.node(partial).masked;
    match (over_partial, over_d) {
        (false, false) => graph.call(rows::mul, &[d, partial]),
        (true, false) => graph.strong(Zero::First, d, partial),
        // The partial may be a value that is infinite itself.
        (_, true) => graph.strong(Zero::Either, d, partial),
    }
}

/// `value` times a number.
pub(super) fn scaled(graph: &mut Builder, value: NodeId, factor: f64) -> Option<NodeId> {
    if factor == 0.0 {
        return None;
    }
    if let Some(left) = graph.constant(value) {
        let number = graph.number(left * factor);
        let shape = graph.shape(value);
        return (left != 0.0).then(|| graph.spread(number, &shape));
    }
    if factor == 1.0 {
        return Some(value);
    }
    if factor != -1.0
        && let Some((inner, rest)) = factor_of(graph, value)
        && (is_exact(inner) || is_exact(factor))
    {
        return scaled(graph, rest, inner * factor);
    }
    let number = graph.number(factor);
    let number = graph.spread(number, &graph.shape(value));
    Some(graph.call(rows::mul, &[number, value]))
}

/// Whether the product of a number and this one is exact, unless it overflows: powers of two from 1 on.
fn is_exact(factor: f64) -> bool {
    let significand = factor.to_bits() & ((1 << (f64::MANTISSA_DIGITS - 1)) - 1);
    factor.abs() >= 1.0 && factor.is_finite() && significand == 0
}

/// A product's constant factor, and the other one.
pub(super) fn factor_of(graph: &Graph, id: NodeId) -> Option<(f64, NodeId)> {
    let node = graph.node(id);
    match (&node.op, &*node.args) {
        (Op::Apply(rows::mul), &[left, right]) => {
            let by = |factor: NodeId, rest: NodeId| Some((graph.constant(factor)?, rest));
            by(left, right).or_else(|| by(right, left))
        }
        _ => None,
    }
}

/// `d * (above / below)`, less the factors that `d` and `below` share.
///
/// Where nothing cancels, `(d / below) * above` shares its quotient with the partial by the other operand; but a quotient that
/// was there before is cheaper to multiply by, and one that can be singular is taken as it is: 0/0 is a zero of what is above.
fn quotient(
    graph: &mut Builder,
    d: NodeId,
    partial: NodeId,
    (above, below): (NodeId, NodeId),
    how: How,
) -> Option<NodeId> {
    let singular = how.singular || graph.node(partial).singular || graph.node(d).masked;
    let mut multiply = |graph: &mut Builder, d| product_by(graph, d, partial, how);
    if let Some(sum) = cancel::distributed(graph, d, below, &mut multiply) {
        return sum;
    }
    let (left, rest) = cancelled(graph, d, below);
    if rest != below {
        let above = product(graph, left, above)?;
        return divided(graph, above, rest, singular.then_some(Zero::First));
    }
    if singular {
        let slope = slope(graph, partial);
        return Some(times(graph, d, slope, true));
    }
    if how.known || graph.node(d).singular {
        return Some(times(graph, d, partial, false));
    }
    let ratio = graph.call(rows::div, &[d, below]);
    product(graph, ratio, above)
}

/// A partial that can be singular, where a zero above the line of a quotient is strong.
fn slope(graph: &mut Builder, partial: NodeId) -> NodeId {
    let node = graph.node(partial);
    let (op, args) = (node.op.clone(), node.args.clone());
    match op {
        Op::Apply(rows::div) if graph.constant(args[0]).is_none() => {
            let reciprocal = reciprocal(graph, args[1]);
            graph.strong(Zero::First, args[0], reciprocal)
        }
        _ => partial,
    }
}

/// `above / below`, where a zero of `above` is strong if the quotient can be singular.
fn divided(
    graph: &mut Builder,
    above: NodeId,
    below: NodeId,
    zero: Option<Zero>,
) -> Option<NodeId> {
    if let Some(number) = graph.constant(below) {
        return scaled(graph, above, 1.0 / number);
    }
    Some(match zero {
        Some(zero) => {
            let reciprocal = reciprocal(graph, below);
            graph.strong(zero, above, reciprocal)
        }
        None => graph.call(rows::div, &[above, below]),
    })
}

/// The same where `below` stood in a slope that is multiplied by `above`: if that can be singular, a zero of it is strong too.
fn over(graph: &mut Builder, above: NodeId, below: NodeId, singular: bool) -> Option<NodeId> {
    divided(graph, above, below, singular.then_some(Zero::Either))
}

/// `(above / below) * partial` where they share factors, which a quotient made earlier has divided by already, or where the
/// quotient is a reciprocal and one division does for both. The inner answer is none where the product is structurally zero.
fn into_quotient(
    graph: &mut Builder,
    d: NodeId,
    partial: NodeId,
    how: How,
) -> Option<Option<NodeId>> {
    let Ratio {
        above,
        below,
        singular,
    } = ratio(graph, d)?;
    let (left, rest) = cancelled(graph, partial, below);
    if rest == below {
        let is_reciprocal = above.iter().all(|id| graph.constant(*id) == Some(1.0));
        let is_regular = !how.singular && !graph.node(partial).singular;
        return (is_reciprocal && is_regular).then(|| over(graph, partial, below, singular));
    }
    // The factors from within to without: a zero of each is stronger than those before it.
    let above = above
        .into_iter()
        .enumerate()
        .try_fold(left, |left, (at, factor)| {
            let singular = how.singular || at > 0;
            product_by(graph, factor, left, How { singular, ..how })
        });
    Some(above.and_then(|above| over(graph, above, rest, singular)))
}

/// The same where the quotient is a factor or a term of `d`: `(2 * (t / (2 y))) * y`, as forward mode has it. Only what cancels wholly
/// goes in, since half of a cancellation would leave an infinity that another term might oppose.
fn into_factors(
    graph: &mut Builder,
    d: NodeId,
    partial: NodeId,
    how: How,
) -> Option<Option<NodeId>> {
    if graph.distributing == Some(0) || !cancels_within(graph, d, partial, &mut { MOST }) {
        return None;
    }
    let around = graph.distributing;
    graph.distributing = Some(around.unwrap_or(MOST_TERMS) - 1);
    let inner = into_terms(graph, d, partial, how);
    if around.is_none() {
        graph.distributing = None;
    }
    inner
}

/// A product with what cancels in `d`, inside of which the same is tried.
fn into_terms(graph: &mut Builder, d: NodeId, partial: NodeId, how: How) -> Option<Option<NodeId>> {
    let node = graph.node(d);
    let (op, args) = (node.op.clone(), node.args.clone());
    let within = |graph: &mut Builder, d: NodeId| product_by(graph, d, partial, how);
    match &op {
        Op::Select => {
            let (yes, no) = (within(graph, args[1]), within(graph, args[2]));
            Some(choose(graph, args[0], yes, no))
        }
        Op::Strong(_) => match cancels_within(graph, args[1], partial, &mut { MOST }) {
            true => Some(within(graph, args[1]).and_then(|inner| product(graph, args[0], inner))),
            false => Some(within(graph, args[0]).map(|inner| times(graph, inner, args[1], true))),
        },
        Op::Apply(rule) => match *rule {
            rows::mul => {
                let at = usize::from(!cancels_within(graph, args[0], partial, &mut { MOST }));
                let inner = within(graph, args[at]);
                Some(inner.and_then(|inner| product(graph, args[1 - at], inner)))
            }
            rule => {
                let left = within(graph, args[0]);
                let right = within(graph, args[1]);
                let right = match rule {
                    rows::sub => right.map(|right| graph.call(rows::neg, &[right])),
                    _ => right,
                };
                Some(total(graph, [left, right].into_iter().flatten()))
            }
        },
        _ => None,
    }
}

/// How many nodes are looked at for a quotient that cancels.
const MOST: usize = 64;

/// How many factors and sums one product goes into: each is written anew, and the sums of a long program stand in one another.
const MOST_TERMS: usize = 16;

/// Whether `d` has a singular quotient by what is a factor of `partial`, as a factor or a term.
fn cancels_within(graph: &mut Builder, d: NodeId, partial: NodeId, left: &mut usize) -> bool {
    if *left == 0 || !graph.node(d).singular {
        return false;
    }
    *left -= 1;
    if let Some(Ratio { below, .. }) = ratio(graph, d) {
        let (_, rest) = cancelled(graph, partial, below);
        if rest != below && graph.constant(rest).is_some() {
            return true;
        }
    }
    let node = graph.node(d);
    let args = match &node.op {
        Op::Strong(_) => node.args.clone(),
        Op::Select => node.args[1..].to_vec(),
        Op::Apply(rows::mul | rows::add | rows::sub) => node.args.clone(),
        _ => return false,
    };
    args.into_iter()
        .any(|arg| cancels_within(graph, arg, partial, left))
}

/// What is above and below the line of a quotient, and whether it can be singular.
struct Ratio {
    above: Vec<NodeId>,
    below: NodeId,
    singular: bool,
}

fn ratio(graph: &Graph, id: NodeId) -> Option<Ratio> {
    let node = graph.node(id);
    match &node.op {
        Op::Apply(rows::div) => Some(Ratio {
            above: vec![node.args[0]],
            below: node.args[1],
            singular: false,
        }),
        Op::Strong(_) => {
            let mut inner = ratio(graph, node.args[1])?;
            inner.above.retain(|id| graph.constant(*id) != Some(1.0));
            inner.above.push(node.args[0]);
            Some(Ratio {
                singular: true,
                ..inner
            })
        }
        _ => None,
    }
}

pub(super) fn reciprocal(graph: &mut Builder, below: NodeId) -> NodeId {
    let one = graph.number(1.0);
    let one = graph.spread(one, &graph.shape(below));
    graph.call(rows::div, &[one, below])
}

/// `if condition { yes } else { no }`, with a structural zero where a side is none.
pub fn choose(
    graph: &mut Builder,
    condition: NodeId,
    yes: Option<NodeId>,
    no: Option<NodeId>,
) -> Option<NodeId> {
    if yes.is_none() && no.is_none() {
        return None;
    }
    let zero = graph.number(0.0);
    let shape = graph.shape(condition);
    let zero = graph.spread(zero, &shape);
    Some(graph.select(condition, yes.unwrap_or(zero), no.unwrap_or(zero)))
}

/// The sum of contributions that are not structurally zero.
pub fn total(graph: &mut Builder, terms: impl IntoIterator<Item = NodeId>) -> Option<NodeId> {
    let terms = terms.into_iter().collect();
    pairwise(terms, |left, right| graph.call(rows::add, &[left, right]))
}

/// A node, or zeros of the shape where it is structurally zero.
pub fn or_zero(graph: &mut Builder, node: Option<NodeId>, shape: &crate::graph::Shape) -> NodeId {
    node.unwrap_or_else(|| {
        let zero = graph.number(0.0);
        graph.spread(zero, shape)
    })
}
