//! Divisions of derivative code by one value share its reciprocal: `s / b` and `t / b` become products with `1 / b`.
//!
//! A division takes as long as some four products. What the user wrote keeps its divisions and so its last bit; in derivative
//! code a product with the reciprocal is one rounding further off. The reciprocal of a tiny number is infinite where a quotient need
//! not be, so it is shared where the divisor keeps away from 0, or where a test of the quick version sees to it. Invariant: no node
//! that was made before derivatives were is changed, and no product is infinite or undefined where the quotient is not.

use crate::builder::Builder;
use crate::graph::{Graph, NodeId, Op};
use crate::hash::{Map, Set};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::transform::rebuild::{self, Rebuilt};
use crate::transform::signs;

/// The graph of `roots` with shared reciprocals. Nodes below `primal` are the user's; where `is_tested`, the reciprocals in the graph
/// are known to be finite.
pub fn run(from: &Graph, primal: usize, roots: &[NodeId], is_tested: bool) -> Rebuilt {
    let needed = from.reachable(roots.iter().copied());
    let shared = Shared::of(from, primal, &needed, is_tested);
    rebuild::run(from, roots, |to, old, args| {
        match shared.divisor(from, primal, old.id) {
            Some((factor, divisor)) => {
                let divisor = old.moved(divisor);
                times_reciprocal(to, args[0], factor, divisor)
            }
            None => old.again(to, args),
        }
    })
}

/// `above / (factor * divisor)`.
fn times_reciprocal(graph: &mut Builder, above: NodeId, factor: f64, divisor: NodeId) -> NodeId {
    let shape = graph.shape(divisor);
    let one = graph.number(1.0);
    let one = graph.spread(one, &shape);
    let reciprocal = graph.call(rows::div, &[one, divisor]);
    let scale = graph.number(1.0 / factor);
    let scale = graph.spread(scale, &shape);
    let scaled = graph.call(rows::mul, &[scale, reciprocal]);
    graph.call(rows::mul, &[above, scaled])
}

/// The values whose reciprocal is worth having.
struct Shared(Map<NodeId, usize>);

impl Shared {
    fn of(graph: &Graph, primal: usize, needed: &[bool], is_tested: bool) -> Shared {
        let mut counts = Map::default();
        let mut finite = Set::default();
        for id in graph.ids().filter(|id| needed[id.index()]) {
            let Some((factor, divisor)) = division(graph, id) else {
                continue;
            };
            let is_reciprocal = graph.constant(graph.node(id).args[0]) == Some(1.0);
            let is_finite =
                is_tested && is_reciprocal && factor.abs() <= 1.0 || graph.node(id).regular;
            if is_finite || signs::is_far_from_zero(graph, divisor) {
                finite.insert(divisor);
            }
            let count: &mut usize = counts.entry(divisor).or_default();
            *count += match (id.index() < primal, is_reciprocal) {
                // The user's own reciprocal is there for nothing.
                (true, true) => 2,
                (true, false) => 0,
                (false, _) => 1,
            };
        }
        counts.retain(|divisor, count| *count > 1 && finite.contains(divisor));
        Shared(counts)
    }

    /// What a division of derivative code is by: a factor, and a value whose reciprocal is shared.
    fn divisor(&self, graph: &Graph, primal: usize, id: NodeId) -> Option<(f64, NodeId)> {
        let (factor, divisor) = division(graph, id)?;
        (id.index() >= primal && self.0.contains_key(&divisor)).then_some((factor, divisor))
    }
}

/// `a / (factor * divisor)`.
fn division(graph: &Graph, id: NodeId) -> Option<(f64, NodeId)> {
    let node = graph.node(id);
    let is = |id: NodeId, rule: RuleId| graph.node(id).op == Op::Apply(rule);
    if !is(id, rows::div) || graph.constant(node.args[1]).is_some() {
        return None;
    }
    let below = node.args[1];
    if is(below, rows::mul) {
        let [left, right] = [0, 1].map(|at| graph.node(below).args[at]);
        if let Some(factor) = graph.constant(left).filter(|factor| *factor != 0.0) {
            return Some((factor, right));
        }
    }
    Some((1.0, below))
}
