//! What differentiation knows of one operation: its partials, read from the rule table.
//!
//! Invariant: a derivative `d` (a seed that arrives, or a tangent) is multiplied by a partial in one place only, here, so both
//! modes treat strong zeros, gates and structural zeros alike.

use super::algebra::{How, product, product_by, strong_product};
use crate::graph::{Graph, NodeId, Op, Reduction};
use crate::lower;
use crate::rule::{Derivative, RuleId};

/// `d` times the partial of an element-wise node by one of its arguments; none where that is structurally zero.
pub fn scaled_partial(graph: &mut Graph, id: NodeId, arg: usize, d: NodeId) -> Option<NodeId> {
    let node = graph.node(id).clone();
    match node.op {
        Op::Apply(rule) => {
            let count = graph.len();
            let partial = lower::partials(graph, rule, arg, &node.args, id)?;
            let how = How {
                strong: is_singular(rule),
                known: partial.index() < count,
            };
            product_by(graph, d, partial, how)
        }
        Op::Powi(exponent) => {
            let power = graph.powi(node.args[0], exponent - 1);
            let factor = graph.number(f64::from(exponent));
            let factor = graph.spread(factor, &node.shape);
            let partial = product(graph, factor, power)?;
            if exponent < 0 {
                strong_product(graph, d, partial)
            } else {
                product(graph, d, partial)
            }
        }
        // The first factor's zero wins, whichever of the two is moved.
        Op::Strong if arg == 0 => strong_product(graph, d, node.args[1]),
        Op::Strong => strong_product(graph, node.args[0], d),
        Op::Among(reduction) => {
            let partial = share(graph, reduction, &node.args, arg, id)?;
            product(graph, d, partial)
        }
        _ => None,
    }
}

/// Whether a slope of the operation can be infinite or undefined at an argument whose value is not.
fn is_singular(rule: RuleId) -> bool {
    let row = rule.row();
    row.condition().is_some()
        || row
            .kinks
            .iter()
            .any(|(_, slopes)| slopes.iter().any(|slope| !slope.is_finite()))
}

/// Equal largest (or smallest) numbers share the gradient.
fn share(
    graph: &mut Graph,
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
        let tie = graph.call("equal", &[*x, y]);
        ties.push(graph.select(tie, one, zero));
    }
    let count = super::algebra::total(graph, ties)?;
    let tie = graph.call("equal", &[args[arg], y]);
    let part = graph.call("div", &[one, count]);
    Some(graph.select(tie, part, zero))
}

/// Whether any derivative passes through the operation to this argument.
pub fn passes(op: &Op, arg: usize) -> bool {
    match op {
        Op::Apply(rule) => rule.row().derivative != Derivative::Zero,
        Op::Select => arg > 0,
        _ => true,
    }
}

/// The row of a reduction, by which its partials are found.
pub fn reduction_rule(reduction: Reduction) -> RuleId {
    let name = match reduction {
        Reduction::Sum => "sum",
        Reduction::Prod => "prod",
        Reduction::Max => "max",
        Reduction::Min => "min",
    };
    crate::rule::known(name, 1)
}

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
