//! Reverse mode with nothing summed away: the adjoint of every node, and what flows back along every edge.
//!
//! `vjp` keeps the adjoints of the inputs only. Here a node is visited together with the operands that it was written with,
//! which may lie several nodes below it (`softmax(x)` is many nodes with one operand): the seed is carried through the
//! nodes between, and what arrives at each operand is kept by itself before it joins the rest. Invariant: nodes are visited from
//! the last to the first, and every path from a node to an active input leads through its operands.

use super::mask::{Mask, ROOT};
use super::vjp::Walk;
use crate::builder::Builder;
use crate::graph::{Graph, NodeId};
use crate::hash::Map;

type Contributions = Vec<(Mask, NodeId)>;

pub struct Flow<'g> {
    walk: Walk<'g>,
    arrived: Map<NodeId, Contributions>,
}

impl<'g> Flow<'g> {
    /// Adjoints by nodes that depend on `sources`.
    pub fn new(graph: &'g mut Builder, sources: &[NodeId]) -> Flow<'g> {
        Flow {
            walk: Walk::new(graph, sources),
            arrived: Map::default(),
        }
    }

    pub fn graph(&mut self) -> &mut Builder {
        self.walk.graph
    }

    pub fn is_active(&self, id: NodeId) -> bool {
        self.walk.is_active(id)
    }

    pub fn seed(&mut self, output: NodeId, seed: NodeId) {
        if self.is_active(output) {
            self.arrived.entry(output).or_default().push((ROOT, seed));
        }
    }

    /// The adjoint of a node whose uses have all been visited; none where nothing has arrived.
    pub fn adjoint(&mut self, id: NodeId) -> Option<NodeId> {
        let arrived = self.arrived.get(&id)?.clone();
        self.walk.settle(arrived)
    }

    /// Carries the adjoint of `id` back to its operands; what arrives at each, none where that is structurally zero.
    /// `route` is the node through which it goes: `id` itself, or a double of it with other operands.
    pub fn visit(&mut self, id: NodeId, route: &Route) -> Vec<Option<NodeId>> {
        let arrived = self.arrived.get(&id).cloned().unwrap_or_default();
        let Some((mask, seed)) = self.walk.join(arrived) else {
            return vec![None; route.operands.len()];
        };
        let found = self.carry(route, mask, seed);
        let mut settled = Vec::new();
        for (operand, contributions) in route.originals.iter().zip(found) {
            settled.push(self.walk.settle(contributions.clone()));
            self.arrived
                .entry(*operand)
                .or_default()
                .extend(contributions);
        }
        settled
    }

    /// The local derivatives of a number by operands that are numbers: what a seed of 1 becomes.
    pub fn partials(&mut self, route: &Route) -> Vec<Option<NodeId>> {
        let one = self.graph().number(1.0);
        let found = self.carry(route, ROOT, one);
        found
            .into_iter()
            .map(|contributions| self.walk.settle(contributions))
            .collect()
    }

    fn carry(&mut self, route: &Route, mask: Mask, seed: NodeId) -> Vec<Contributions> {
        self.walk
            .carry((route.node, mask, seed), &route.between, &route.operands)
    }
}

/// The way from a node back to its operands.
pub struct Route {
    pub node: NodeId,
    /// Nodes on the way, the last first.
    pub between: Vec<NodeId>,
    /// Where it ends, all different.
    pub operands: Vec<NodeId>,
    /// The nodes that the operands stand for.
    pub originals: Vec<NodeId>,
}

/// How many nodes one operation may have become, and a loop, whose small arrays are taken apart entry by entry.
const LONGEST: usize = 64;
const LONGEST_OF_STEPS: usize = 4096;

impl Route {
    /// The way from `node` to `operands`; none where they do not cut it off from the active inputs.
    pub fn new(graph: &Graph, node: NodeId, operands: &[NodeId], active: &[bool]) -> Option<Route> {
        Route::within(LONGEST, (graph, node), operands, active)
    }

    /// The same from what a loop leaves that carries values.
    pub fn of_steps(
        graph: &Graph,
        node: NodeId,
        operands: &[NodeId],
        active: &[bool],
    ) -> Option<Route> {
        Route::within(LONGEST_OF_STEPS, (graph, node), operands, active)
    }

    fn within(
        longest: usize,
        (graph, node): (&Graph, NodeId),
        operands: &[NodeId],
        active: &[bool],
    ) -> Option<Route> {
        let mut different = operands.to_vec();
        different.sort_unstable();
        different.dedup();
        if different.len() < operands.len() {
            return None;
        }
        let mut between: Vec<NodeId> = Vec::new();
        let mut open = vec![node];
        while let Some(id) = open.pop() {
            let args = &graph.node(id).args;
            if args.is_empty() && active[id.index()] {
                return None;
            }
            for arg in args {
                if !operands.contains(arg) && active[arg.index()] && !between.contains(arg) {
                    between.push(*arg);
                    open.push(*arg);
                }
            }
            if between.len() > longest {
                return None;
            }
        }
        between.sort_unstable_by(|a, b| b.cmp(a));
        Some(Route {
            node,
            between,
            operands: operands.to_vec(),
            originals: operands.to_vec(),
        })
    }
}
