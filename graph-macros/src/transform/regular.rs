//! A second version of derivative code, for where no partial is singular: strong products become plain ones.
//!
//! A strong zero costs a comparison and a selection each time. Where every partial that can be infinite or undefined is in fact
//! finite, zero times it is zero anyway, so one test of them all serves for all. Invariant: where [`Regular::holds`] is true,
//! the graph has the values of the one it was made from.

use super::algebra::total;
use super::legalize::quotient_first;
use super::rebuild::{self, Rebuilt};
use crate::builder::Builder;
use crate::graph::{Graph, Node, NodeId, Op};
use crate::rules::rows;

pub struct Regular {
    pub rebuilt: Rebuilt,
    /// A condition: whether every partial that was guarded is finite.
    pub holds: NodeId,
}

/// How many strong products `roots` need.
pub fn guards(graph: &Graph, roots: &[NodeId]) -> usize {
    let needed = graph.reachable(roots.iter().copied());
    let strong = |id: &NodeId| {
        let node = graph.node(*id);
        let is_open = || node.args.iter().all(|arg| graph.constant(*arg).is_none());
        needed[id.index()] && matches!(node.op, Op::Strong(_)) && is_open()
    };
    graph.ids().filter(strong).count()
}

/// The graph of `roots` without strong products; their operands are numbers. Nodes below `primal` are the user's.
pub fn run(from: &Graph, primal: usize, roots: &[NodeId]) -> Regular {
    let mut finite = Vec::new();
    let mut rebuilt = rebuild::run(from, roots, |to, old, args| {
        let here = |id: NodeId| {
            let moved = old.moved[id.index()];
            moved.unwrap_or_else(|| unreachable!("what is needed comes first"))
        };
        match &old.node.op {
            Op::Strong(_) => {
                finite.extend(sources(from, to, old.node.args[1], here));
                plain(from, to, old.node, &args)
            }
            Op::Select if old.node.about_zeros => args[1],
            // A row's `x + 0` is for a zero, and there the test fails.
            Op::Apply(rows::add) if old.id.index() >= primal => {
                match (to.constant(args[0]), to.constant(args[1])) {
                    (_, Some(0.0)) => args[0],
                    (Some(0.0), _) => args[1],
                    _ => old.again(to, args),
                }
            }
            Op::Part(_) if old.node.singular => {
                let part = old.again(to, args);
                finite.push(part);
                part
            }
            _ => old.again(to, args),
        }
    });
    finite.sort_unstable();
    finite.dedup();
    let holds = all_finite(&mut rebuilt.graph, &finite);
    Regular { rebuilt, holds }
}

/// The product itself. A slope that is made of strong products is there as a quotient, which is what it is multiplied by: in another
/// order it could overflow.
fn plain(from: &Graph, to: &mut Builder, strong: &Node, args: &[NodeId]) -> NodeId {
    match from.node(strong.args[1]).singular {
        true => to.call(rows::mul, args),
        false => quotient_first(to, args[0], args[1]),
    }
}

/// What has to be finite for the partial to be: of a quotient what is above the line, and one by what is below. A partial that is
/// made of strong products is tested itself: a product of finite numbers may overflow, and theirs of what is infinite be undefined.
fn sources(
    from: &Graph,
    to: &mut Builder,
    partial: NodeId,
    here: impl Fn(NodeId) -> NodeId,
) -> Vec<NodeId> {
    let is_made = from.node(partial).singular;
    let Some((above, below)) = divisor(from, partial).filter(|_| !is_made) else {
        return vec![here(partial)];
    };
    let one = to.number(1.0);
    let reciprocal = to.call(rows::div, &[one, here(below)]);
    let mut sources = vec![reciprocal];
    if from.constant(above).is_none() {
        sources.push(here(above));
    }
    sources
}

/// What is above and below the line, if it is a quotient.
fn divisor(graph: &Graph, id: NodeId) -> Option<(NodeId, NodeId)> {
    let node = graph.node(id);
    matches!(&node.op, Op::Apply(rows::div)).then(|| (node.args[0], node.args[1]))
}

/// One comparison for all: a sum of absolute values is finite only if each of them is.
fn all_finite(graph: &mut Builder, values: &[NodeId]) -> NodeId {
    let sizes: Vec<NodeId> = values
        .iter()
        .map(|id| graph.call(rows::abs, &[*id]))
        .collect();
    let infinity = graph.number(f64::INFINITY);
    let sum = total(graph, sizes).unwrap_or(infinity);
    graph.call(rows::less, &[sum, infinity])
}
