//! What the passes that make a fresh graph share: a walk over the needed nodes of the old one.
//!
//! Invariant: the new graph has nothing but what the roots need, in the old order, so what the user wrote still comes first;
//! each node keeps its place in the user's text, and its name.

use std::rc::Rc;

use crate::builder::Builder;
use crate::graph::{Graph, Node, NodeId};
use crate::hash::Map;
use crate::unit::Written;

/// A graph made from another one, and where the nodes of that one went.
pub struct Rebuilt {
    pub graph: Builder,
    pub moved: Vec<Option<NodeId>>,
}

impl Rebuilt {
    /// Moves roots to where they are now.
    pub fn follow(&self, groups: &mut [Vec<NodeId>]) {
        for id in groups.iter_mut().flatten() {
            *id = self.moved(*id);
        }
    }

    /// What the user wrote for nodes, where it is still made of what comes before them.
    pub fn written(&self, notes: &Map<NodeId, Written>) -> Map<NodeId, Written> {
        let still = |(id, written): (&NodeId, &Written)| {
            let new = self.moved[id.index()]?;
            let args = written.args.iter();
            let args = args.map(|arg| self.moved[arg.index()].filter(|arg| *arg < new));
            let args = args.collect::<Option<Vec<NodeId>>>()?;
            Some((
                new,
                Written {
                    args,
                    ..written.clone()
                },
            ))
        };
        let mut notes: Vec<(&NodeId, &Written)> = notes.iter().collect();
        notes.sort_unstable_by_key(|(id, _)| std::cmp::Reverse(**id));
        notes.into_iter().filter_map(still).collect()
    }

    /// This pass and then another one.
    pub fn then(&self, next: Rebuilt) -> Rebuilt {
        let through = |id: &Option<NodeId>| id.and_then(|id| next.moved[id.index()]);
        let moved = self.moved.iter().map(through).collect();
        Rebuilt { moved, ..next }
    }

    /// Where a node is now that a root needs.
    fn moved(&self, id: NodeId) -> NodeId {
        arrived(&self.moved, id)
    }

    /// The first nodes that are what the user wrote, as many as `primal` in the old graph.
    pub fn primal(&self, primal: usize) -> usize {
        end(self.moved[..primal].iter().flatten())
    }
}

/// Where a needed node went.
fn arrived(moved: &[Option<NodeId>], id: NodeId) -> NodeId {
    moved[id.index()]
        .unwrap_or_else(|| unreachable!("node {id:?} is needed, and has not been made"))
}

/// How many nodes there are up to the last of these.
pub fn end<'n>(nodes: impl Iterator<Item = &'n NodeId>) -> usize {
    nodes.map(|id| id.index() + 1).max().unwrap_or(0)
}

/// Runs a pass over the bodies of loops, one within another too.
pub fn bodies(graph: &mut Graph, pass: fn(&Graph) -> Rebuilt) {
    for scan in &mut graph.scans {
        let scan = Rc::make_mut(scan);
        let Rebuilt { graph, moved } = pass(&scan.body);
        let primal = end(moved[..scan.primal].iter().flatten());
        let given = scan.given.iter_mut().map(|given| &mut given.node);
        for id in scan.next.iter_mut().chain(given) {
            *id = arrived(&moved, *id);
        }
        (scan.body, scan.primal) = (graph.finish(), primal);
        bodies(&mut scan.body, pass);
    }
}

/// A node of the old graph that is to be made anew.
pub struct Old<'g> {
    pub id: NodeId,
    pub node: &'g Node,
    /// Where nodes before it went.
    pub moved: &'g [Option<NodeId>],
}

impl Old<'_> {
    /// Where a node before it went that a root needs.
    pub fn moved(&self, id: NodeId) -> NodeId {
        arrived(self.moved, id)
    }

    /// The same operation on the new arguments.
    pub fn again(&self, to: &mut Builder, args: Vec<NodeId>) -> NodeId {
        let node = self.node;
        to.push(node.op.clone(), args, node.shape.clone(), node.kind)
    }
}

/// The graph of `roots`, each node made by `make` from its new arguments.
pub fn run(
    from: &Graph,
    roots: &[NodeId],
    mut make: impl FnMut(&mut Builder, &Old, Vec<NodeId>) -> NodeId,
) -> Rebuilt {
    let needed = from.reachable(roots.iter().copied());
    let mut graph = Builder::like(from);
    let mut moved: Vec<Option<NodeId>> = vec![None; from.len()];
    for id in from.ids().filter(|id| needed[id.index()]) {
        let node = from.node(id);
        graph.set_place(node.place);
        graph.is_regular = node.regular;
        let args = node.args.iter().map(|arg| arrived(&moved, *arg));
        let (args, old) = (
            args.collect(),
            Old {
                id,
                node,
                moved: &moved,
            },
        );
        let new = make(&mut graph, &old, args);
        graph.name_like(new, node);
        moved[id.index()] = Some(new);
    }
    graph.is_regular = false;
    Rebuilt { graph, moved }
}
