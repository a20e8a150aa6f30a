//! A second version of derivative code, for where no partial is singular: strong products become plain ones.
//!
//! A strong zero costs a comparison and a selection each time. Where every partial that can be infinite or undefined is in fact
//! finite, zero times it is zero anyway, so one test of them all serves for all. Invariant: where [`Regular::holds`] is true,
//! the graph has the values of the one it was made from.

use super::algebra::total;
use super::expand::quotient_first;
use super::rebuild::{self, Rebuilt};
use crate::graph::{Graph, NodeId, Op};

pub struct Regular {
    pub rebuilt: Rebuilt,
    /// A condition: whether every partial that was guarded is finite.
    pub holds: NodeId,
}

/// How many strong products `roots` need.
pub fn guards(graph: &Graph, roots: &[NodeId]) -> usize {
    let needed = graph.reachable(roots.iter().copied());
    let strong = |id: &NodeId| needed[id.index()] && graph.node(*id).op == Op::Strong;
    graph.ids().filter(strong).count()
}

/// The graph of `roots` without strong products; their operands are numbers.
pub fn run(from: &Graph, roots: &[NodeId]) -> Regular {
    let mut finite = Vec::new();
    let mut rebuilt = rebuild::run(from, roots, |to, old, args| match &old.node.op {
        Op::Strong => {
            finite.extend(sources(to, args[1]));
            quotient_first(to, args[0], args[1])
        }
        _ => old.again(to, args),
    });
    finite.sort_unstable();
    finite.dedup();
    let holds = all_finite(&mut rebuilt.graph, &finite);
    Regular { rebuilt, holds }
}

/// What has to be finite for the partial to be: of a quotient what is above the line, and one by what is below.
fn sources(graph: &mut Graph, partial: NodeId) -> Vec<NodeId> {
    let node = graph.node(partial);
    if !matches!(&node.op, Op::Apply(rule) if rule.is("div")) {
        return vec![partial];
    }
    let (above, below) = (node.args[0], node.args[1]);
    let one = graph.number(1.0);
    let reciprocal = graph.call("div", &[one, below]);
    let mut sources = vec![reciprocal];
    if graph.constant(above).is_none() {
        sources.push(above);
    }
    sources
}

/// One comparison for all: a sum of absolute values is finite only if each of them is.
fn all_finite(graph: &mut Graph, values: &[NodeId]) -> NodeId {
    let sizes: Vec<NodeId> = values.iter().map(|id| graph.call("abs", &[*id])).collect();
    let infinity = graph.number(f64::INFINITY);
    let sum = total(graph, sizes).unwrap_or(infinity);
    graph.call("less", &[sum, infinity])
}
