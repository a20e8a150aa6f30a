//! Which values move along a direction, where the direction is known at run time only.
//!
//! That a tangent is 0 does not say it: at a singular point a strong zero may have made it so. What a value is made of does: it stays
//! where no source moves that it depends on. Invariant: what a direction of literals leaves without a tangent stays along the same
//! direction given at run time, so `hvp` along one input takes for constant what a column of `hessian` does.

use super::algebra::{or_zero, total};
use crate::activity::passes;
use crate::builder::Builder;
use crate::graph::{Graph, NodeId, Op, Reduction};
use crate::hash::{Map, Set};
use crate::rules::rows;

/// By how much nodes move along one direction, found as it is asked for: of the shape of each a sum of sizes, which is 0 where the
/// node stays; none where it stays everywhere.
pub struct Motions {
    tangents: Map<NodeId, NodeId>,
    known: Map<NodeId, Option<NodeId>>,
}

impl Motions {
    /// Along sources and their tangents.
    pub fn along(moved: &[(NodeId, NodeId)]) -> Motions {
        Motions {
            tangents: moved.iter().copied().collect(),
            known: Map::default(),
        }
    }

    /// The condition under which a node stays; none where it always moves.
    pub fn stays(&mut self, graph: &mut Builder, id: NodeId) -> Option<Stays> {
        let Some(size) = self.of(graph, id) else {
            return Some(Stays::Always);
        };
        match graph.constant(size) {
            Some(size) => (size == 0.0).then_some(Stays::Always),
            None => {
                let size = graph.operand_of(rows::abs, size).unwrap_or(size);
                let zero = or_zero(graph, None, &graph.shape(size));
                Some(Stays::Where(graph.call(rows::equal, &[size, zero])))
            }
        }
    }

    /// What a node is made of comes first, without recursion: programs are long.
    fn of(&mut self, graph: &mut Builder, id: NodeId) -> Option<NodeId> {
        let mut missing = Set::default();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if !self.known.contains_key(&id) && missing.insert(id) {
                open.extend(self.made_of(graph, id));
            }
        }
        let mut missing: Vec<NodeId> = missing.into_iter().collect();
        missing.sort_unstable();
        for id in missing {
            let motion = self.made(graph, id);
            self.known.insert(id, motion);
        }
        self.known[&id]
    }

    /// The motion of a node by those of what it is made of.
    fn made(&self, graph: &mut Builder, id: NodeId) -> Option<NodeId> {
        if let Some(tangent) = self.tangents.get(&id) {
            return Some(match graph.constant(*tangent) {
                Some(_) => *tangent,
                None => graph.call(rows::abs, &[*tangent]),
            });
        }
        let args = self.made_of(graph, id);
        let motions = args.iter().map(|arg| self.known[arg]);
        let motions: Vec<Option<NodeId>> = motions.collect();
        let first = motions.iter().flatten().next().copied()?;
        let node = graph.node(id).clone();
        let again = |graph: &mut Builder, args| {
            graph.push(node.op.clone(), args, node.shape.clone(), node.kind)
        };
        Some(match &node.op {
            op if op.is_elementwise() => sum(graph, motions.into_iter().flatten()),
            Op::View(map) => graph.view(first, map.to_vec(), node.shape),
            Op::Slice { .. } | Op::Pad { .. } | Op::Reshape | Op::Reverse(_) => {
                again(graph, vec![first])
            }
            Op::Gather { .. } | Op::Scatter { .. } => again(graph, vec![first, node.args[1]]),
            Op::Reduce(_, axes) => graph.reduce(Reduction::Sum, first, axes),
            Op::Stack | Op::Concat(_) => {
                let parts = motions.into_iter().zip(&args).map(|(size, arg)| {
                    let shape = graph.shape(*arg);
                    or_zero(graph, size, &shape)
                });
                let parts = parts.collect();
                again(graph, parts)
            }
            // Of others any entry may depend on all entries.
            _ => {
                let all = motions.into_iter().flatten().map(|size| {
                    let axes: Vec<usize> = (0..graph.shape(size).len()).collect();
                    graph.reduce(Reduction::Sum, size, &axes)
                });
                let all: Vec<NodeId> = all.collect();
                let size = sum(graph, all.into_iter());
                graph.spread(size, &node.shape)
            }
        })
    }

    /// The nodes that a derivative passes on to a node.
    fn made_of(&self, graph: &Graph, id: NodeId) -> Vec<NodeId> {
        if self.tangents.contains_key(&id) {
            return Vec::new();
        }
        let node = graph.node(id);
        let node = match node.op {
            Op::Part(_) => graph.node(node.args[0]),
            _ => node,
        };
        let args = node.args.iter().enumerate();
        args.filter(|(at, _)| passes(&node.op, *at))
            .map(|(_, arg)| *arg)
            .collect()
    }
}

/// Where a node stays.
#[derive(Clone, Copy)]
pub enum Stays {
    Always,
    Where(NodeId),
}

/// The sum of different sizes; one that is a literal says enough.
fn sum(graph: &mut Builder, sizes: impl Iterator<Item = NodeId>) -> NodeId {
    let mut sizes: Vec<NodeId> = sizes.collect();
    sizes.sort_unstable();
    sizes.dedup();
    if let Some(literal) = sizes.iter().find(|size| graph.constant(**size).is_some()) {
        return *literal;
    }
    total(graph, sizes).unwrap_or_else(|| unreachable!("something moves"))
}
