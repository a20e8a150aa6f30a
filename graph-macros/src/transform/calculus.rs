//! What differentiation knows of one operation: its partials, read from the rule table.
//!
//! Invariant: a derivative `d` (a seed that arrives, or a tangent) is multiplied by a partial in one place only, here, so both
//! modes treat strong zeros, gates and structural zeros alike.

use super::algebra::{self, How, choose, product, product_by, total};
use super::motion::Stays;
use super::signs;
use crate::builder::Builder;
use crate::formula;
use crate::graph::{Graph, Node, NodeId, Op, Reduction, Zero};
use crate::hash::Set;
use crate::rule::{Relation, RuleId, Sign};
use crate::rules::rows;

/// `d` times the partial of an element-wise node by one of its arguments; none where that is structurally zero.
pub fn scaled_partial(graph: &mut Builder, id: NodeId, arg: usize, d: NodeId) -> Option<NodeId> {
    let node = graph.node(id).clone();
    match node.op {
        Op::Apply(rule) => {
            let count = graph.len();
            let singular = is_singular(graph, &node);
            let outer = std::mem::replace(&mut graph.is_steep, singular);
            let partial = formula::partial(graph, rule, arg, &node.args, id);
            graph.is_steep = outer;
            let partial = partial?;
            let how = How {
                // A factor of a slope that is infinite is no slope, and may be infinite too.
                singular: singular || is_steep(graph, partial),
                known: partial.index() < count,
            };
            product_by(graph, d, partial, how)
        }
        Op::Powi(exponent) => {
            let power = graph.powi(node.args[0], exponent - 1);
            let factor = graph.number(f64::from(exponent));
            let factor = graph.spread(factor, &node.shape);
            let partial = product(graph, factor, power)?;
            let how = How {
                singular: exponent < -4
                    || exponent < 0 && !signs::is_far_from_zero(graph, node.args[0]),
                known: false,
            };
            product_by(graph, d, partial, how)
        }
        Op::Strong(_) => {
            let mut factors = [None, None];
            factors[arg] = Some(d);
            let moved = Moved {
                factors,
                divisor: None,
                stays: (arg == 1).then_some(Stays::Always),
            };
            through_strong(graph, id, &node, moved)
        }
        Op::Among(Reduction::Norm) => {
            let partial = graph.call(rows::div, &[node.args[arg], id]);
            let how = How {
                singular: true,
                known: false,
            };
            product_by(graph, d, partial, how)
        }
        Op::Among(reduction) => {
            let partial = share(graph, reduction, &node.args, arg, id)?;
            product(graph, d, partial)
        }
        _ => None,
    }
}

/// Whether a slope of the node can be infinite or undefined where its value is not.
fn is_singular(graph: &Graph, node: &Node) -> bool {
    let Op::Apply(rule) = node.op else {
        return false;
    };
    rule.row().has_singular_points() && !node.regular && !is_kept_away(graph, rule, node)
}

/// Whether a node may be infinite since it stands in a slope that can be.
fn is_steep(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    node.steep && matches!(node.op, Op::Apply(rule) if rule.row().has_singular_points())
}

/// Whether the arguments are known to stay away from a singular point at 0, or from all at 0 and below.
fn is_kept_away(graph: &Graph, rule: RuleId, node: &Node) -> bool {
    let is_far = |arg: &NodeId| signs::is_far_from_zero(graph, *arg);
    match rule.row().condition() {
        Some(condition) if condition.relation == Relation::NotEqual => {
            condition.bound == 0.0 && is_far(&node.args[condition.arg])
        }
        Some(condition) => {
            let is_above = matches!(
                condition.relation,
                Relation::Greater | Relation::GreaterEqual
            );
            is_above
                && condition.bound == 0.0
                && signs::is_positive(graph, node.args[condition.arg])
        }
        None => {
            // Poles below 0 are among the kinks of a row that has them.
            let mut kinks = rule.row().kinks.iter().flat_map(|(point, _)| *point);
            let is_above = kinks.any(|x| *x < 0.0);
            let is_away = |arg: &NodeId| match is_above {
                true => signs::is_positive(graph, *arg),
                false => is_far(arg),
            };
            let args = node.args.iter().enumerate();
            args.filter(|(at, _)| rule.row().has_partial(*at))
                .any(|(_, arg)| is_away(arg))
        }
    }
}

/// How a strong product changes.
#[derive(Clone, Copy)]
pub struct Moved {
    /// The tangents of its factors.
    pub factors: [Option<NodeId>; 2],
    /// The tangent of what the second factor is a reciprocal of.
    pub divisor: Option<NodeId>,
    /// Where the first factor stays.
    pub stays: Option<Stays>,
}

/// The change of a strong product.
///
/// A first derivative takes 0 for `0 * inf`. How that changes is known where the zero is one that stays, or is flat, as that of
/// `exp(-1/x^2)` at 0 is; elsewhere it is not, so there a factor of 0 does not win over a change that is infinite, and gives NaN. A
/// change of 0 is one: what does not move along a direction adds nothing.
///
/// By its divisor `b`, a quotient `a/b` changes as `-(a/b) (d/b)`, each of which is of a size that numbers have where `1/b^2` is not.
pub fn through_strong(
    graph: &mut Builder,
    id: NodeId,
    node: &Node,
    moved: Moved,
) -> Option<NodeId> {
    let [first, second] = [node.args[0], node.args[1]];
    let Moved {
        factors: [by_first, by_second],
        divisor,
        stays,
    } = moved;
    let (by_second, by) = match divisor.and_then(|d| relative(graph, second, d)) {
        Some(relative) => (Some(graph.call(rows::neg, &[relative])), id),
        None => (by_second, first),
    };
    let by_second_where = |graph: &mut Builder| match stays {
        Some(Stays::Always) => strong_change(graph, by_second, by),
        Some(Stays::Where(condition)) => {
            let (yes, no) = (
                strong_change(graph, by_second, by),
                plain_change(graph, by_second, by),
            );
            let chosen = choose(graph, condition, yes, no)?;
            graph.set_about_zeros(chosen);
            Some(chosen)
        }
        None => plain_change(graph, by_second, by),
    };
    if let (None, Some(Stays::Always)) = (by_first, stays) {
        return by_second_where(graph);
    }
    let terms = [
        plain_change(graph, by_first, second),
        by_second_where(graph),
    ];
    let change = total(graph, terms.into_iter().flatten());
    let flat = [first, second].map(|side| flat_zero(graph, side, DEPTH));
    let flat = flat.into_iter().flatten();
    match flat.reduce(|left, right| graph.call(rows::or, &[left, right])) {
        Some(condition) => {
            let terms = [
                strong_change(graph, by_first, second),
                strong_change(graph, by_second, by),
            ];
            let change_of_flat = total(graph, terms.into_iter().flatten());
            choose(graph, condition, change_of_flat, change)
        }
        None => change,
    }
}

/// What a node is the reciprocal of, but for a constant factor.
pub fn divisor_of(graph: &Graph, id: NodeId) -> Option<NodeId> {
    let node = graph.node(id);
    match node.op {
        Op::View(_) => divisor_of(graph, node.args[0]),
        Op::Apply(rows::div) => {
            let is_reciprocal = graph.constant(node.args[0]).is_some();
            is_reciprocal.then_some(node.args[1])
        }
        _ => None,
    }
}

/// The relative change of what a reciprocal divides by, under the reciprocal's shape.
fn relative(graph: &mut Builder, reciprocal: NodeId, d: NodeId) -> Option<NodeId> {
    let node = graph.node(reciprocal);
    let (op, arg, shape) = (node.op.clone(), node.args[0], node.shape.clone());
    match op {
        Op::View(map) => {
            let inner = relative(graph, arg, d)?;
            Some(graph.view(inner, map.to_vec(), shape))
        }
        _ => {
            let divisor = divisor_of(graph, reciprocal)?;
            let reciprocal = algebra::reciprocal(graph, divisor);
            strong_change(graph, Some(d), reciprocal)
        }
    }
}

/// A change times a factor, where the zeros of both are strong.
fn strong_change(graph: &mut Builder, d: Option<NodeId>, factor: NodeId) -> Option<NodeId> {
    let singular = How {
        singular: true,
        known: true,
    };
    product_by(graph, d?, factor, singular)
}

/// The same where a change of 0 wins, and a factor of 0 only if it is one of a branch that is not taken.
fn plain_change(graph: &mut Builder, d: Option<NodeId>, factor: NodeId) -> Option<NodeId> {
    let d = d?;
    if graph.constant(d).is_some() || graph.node(factor).masked {
        return strong_change(graph, Some(d), factor);
    }
    Some(match graph.operand_of(rows::neg, d) {
        Some(inner) => {
            let inner = graph.strong(Zero::First, inner, factor);
            graph.call(rows::neg, &[inner])
        }
        None => graph.strong(Zero::First, d, factor),
    })
}

/// Whether a product is 0 since a factor that is an exponential is, which it is with all of its derivatives, unless it is the power of
/// something that a logarithm took to infinity. None where nothing of the kind is seen.
fn flat_zero(graph: &mut Builder, id: NodeId, depth: usize) -> Option<NodeId> {
    let depth = depth.checked_sub(1)?;
    let node = graph.node(id);
    let (op, args) = (node.op.clone(), node.args.clone());
    let rule = match op {
        Op::Strong(_) => rows::mul,
        Op::Apply(rule) => rule,
        _ => return None,
    };
    match rule {
        rows::div | rows::neg => flat_zero(graph, args[0], depth),
        rows::mul | rows::add | rows::sub => {
            let sides = [args[0], args[1]].map(|arg| flat_zero(graph, arg, depth));
            match (rule, sides) {
                (rows::mul, [Some(left), Some(right)]) => {
                    Some(graph.call(rows::or, &[left, right]))
                }
                (rows::mul, [left, right]) => left.or(right),
                (_, [Some(left), Some(right)]) => Some(graph.call(rows::and, &[left, right])),
                _ => None,
            }
        }
        _ if rule.row().sign == Sign::Flat => flat_exponential(graph, id),
        _ => None,
    }
}

/// Whether an exponential is 0, and no logarithm in it infinite.
fn flat_exponential(graph: &mut Builder, id: NodeId) -> Option<NodeId> {
    let shape = graph.shape(id);
    let [zero, infinity] = [0.0, f64::INFINITY].map(|value| graph.number(value));
    let zero = graph.spread(zero, &shape);
    let mut test = graph.call(rows::equal, &[id, zero]);
    for log in logarithms(graph, id)? {
        let infinity = graph.spread(infinity, &graph.shape(log));
        let size = graph.call(rows::abs, &[log]);
        let finite = graph.call(rows::less, &[size, infinity]);
        if graph.shape(finite) != shape {
            return None;
        }
        test = graph.call(rows::and, &[test, finite]);
    }
    Some(test)
}

/// The logarithms that a value is made of; none where it is made of too much to look at.
fn logarithms(graph: &Graph, id: NodeId) -> Option<Vec<NodeId>> {
    let mut open = vec![id];
    let mut seen = Set::default();
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        if seen.len() > MOST {
            return None;
        }
        let node = graph.node(id);
        if matches!(&node.op, Op::Apply(rule) if rule.row().is_open()) {
            found.push(id);
        }
        open.extend(&node.args);
    }
    Some(found)
}

/// How many nodes are looked at for logarithms.
const MOST: usize = 200;

/// How deep products and sums are looked into for exponentials.
const DEPTH: usize = 8;

/// Equal largest (or smallest) numbers share the gradient.
fn share(
    graph: &mut Builder,
    reduction: Reduction,
    args: &[NodeId],
    arg: usize,
    y: NodeId,
) -> Option<NodeId> {
    if !matches!(reduction, Reduction::Max | Reduction::Min) {
        return None;
    }
    let shape = graph.shape(y);
    let [one, zero] = [1.0, 0.0].map(|value| {
        let number = graph.number(value);
        graph.spread(number, &shape)
    });
    let mut ties = Vec::with_capacity(args.len());
    for x in args {
        let tie = graph.call(rows::equal, &[*x, y]);
        ties.push(graph.select(tie, one, zero));
    }
    let count = total(graph, ties)?;
    let tie = graph.call(rows::equal, &[args[arg], y]);
    let part = graph.call(rows::div, &[one, count]);
    Some(graph.select(tie, part, zero))
}

/// The partial of a reduction by each entry of its argument `x`, under the axes of `x`.
pub fn partial_of_reduction(
    graph: &mut Builder,
    reduction: Reduction,
    id: NodeId,
    x: NodeId,
    axes: &[usize],
) -> Option<NodeId> {
    if reduction == Reduction::Prod {
        return Some(graph.others(x, axes));
    }
    formula_of_reduction(graph, reduction, id, x, axes)
}

/// The same by the formula of its row, whose derivatives are known.
pub fn formula_of_reduction(
    graph: &mut Builder,
    reduction: Reduction,
    id: NodeId,
    x: NodeId,
    axes: &[usize],
) -> Option<NodeId> {
    let shape = graph.shape(x);
    let y = graph.unreduce(id, axes, &shape);
    let partial = formula::each_partial(graph, reduction.rule(), x, y, axes)?;
    Some(graph.spread(partial, &shape))
}
