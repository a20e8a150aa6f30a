//! A graph in the making: each node is made once, with what follows of it from its operation and its arguments.
//!
//! Invariant: a node that is equal to one that is there is that one. Lowering, differentiation and simplification all build through
//! here, so what one of them needs and another has made already is shared by construction.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::index::Index;
use crate::graph::{Graph, Kind, Node, NodeId, Op, Shape};
use crate::hash::{self, Map};
use crate::syntax::Place;

/// The node a view is of, the axis of it that each axis of the view is, and the view's shape.
pub type View = (NodeId, Vec<Option<usize>>, Shape);

#[derive(Clone, Default)]
pub struct Builder {
    graph: Graph,
    index: Index,
    /// The nodes that views have become, which are others where a view goes through an operation.
    pub(super) views: Map<View, NodeId>,
    /// New nodes belong to the formula of a row without singular points.
    pub is_regular: bool,
    /// New nodes belong to a slope that can be infinite or undefined.
    pub is_steep: bool,
    /// How often the factor of the product at hand may still go into the terms of a sum, while it does.
    pub distributing: Option<usize>,
    /// The place new nodes get: that of the user's tokens they come from.
    place: Option<Place>,
}

impl Deref for Builder {
    type Target = Graph;

    fn deref(&self) -> &Graph {
        &self.graph
    }
}

impl DerefMut for Builder {
    fn deref_mut(&mut self) -> &mut Graph {
        &mut self.graph
    }
}

impl fmt::Display for Builder {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.graph.fmt(f)
    }
}

impl Builder {
    /// A graph that was made before, to add to.
    pub fn again(graph: Graph) -> Builder {
        let mut index = Index::default();
        for id in graph.ids() {
            let node = graph.node(id);
            index.insert(hash_of(&node.op, &node.args));
        }
        Builder {
            graph,
            index,
            ..Builder::default()
        }
    }

    /// No nodes yet, but the constants, calls and loops of this graph.
    pub fn like(graph: &Graph) -> Builder {
        let mut builder = Builder::default();
        builder.rust.clone_from(&graph.rust);
        builder.calls.clone_from(&graph.calls);
        builder.scans.clone_from(&graph.scans);
        builder
    }

    /// The graph, once nothing is added to it any more.
    pub fn finish(self) -> Graph {
        self.graph
    }

    /// The node of this operation, made if it is not there yet.
    pub fn push(&mut self, op: Op, args: Vec<NodeId>, shape: Shape, kind: Kind) -> NodeId {
        let hash = hash_of(&op, &args);
        if let Some(id) = self.known(hash, &op, &args, &shape) {
            self.graph.mark(id, self.is_regular, self.is_steep);
            return id;
        }
        let id = self.index.insert(hash);
        let place = self.here();
        let inserted = self.inserted(&op, &args, kind);
        let singular = self.singular(&op, &args, kind);
        let masked = kind != Kind::Condition && args.iter().any(|arg| self.node(*arg).masked);
        self.graph.append(Node {
            op,
            args,
            shape,
            kind,
            place,
            name: None,
            is_users: false,
            inserted,
            singular,
            masked,
            regular: self.is_regular,
            steep: self.is_steep,
            about_zeros: false,
        });
        id
    }

    /// The node of this operation, if it is there.
    pub fn find(&self, op: &Op, args: &[NodeId], shape: &Shape) -> Option<NodeId> {
        self.known(hash_of(op, args), op, args, shape)
    }

    /// The same by its hash; where their order makes no difference, the operands may be swapped.
    fn known(&self, hash: u64, op: &Op, args: &[NodeId], shape: &Shape) -> Option<NodeId> {
        let is_same = |id: &NodeId| {
            let node = self.node(*id);
            let same_args = node.args == args
                || op.commutes() && args.len() == 2 && node.args == [args[1], args[0]];
            same_args && node.op == *op && node.shape == *shape
        };
        self.index.of_hash(hash).find(is_same)
    }

    fn inserted(&self, op: &Op, args: &[NodeId], kind: Kind) -> u32 {
        let args = args.iter().map(|arg| self.node(*arg).inserted);
        match op {
            Op::View(map) => (0..map.len())
                .filter(|axis| map[*axis].is_none())
                .fold(0, |axes, axis| axes | 1 << axis),
            op if kind == Kind::Condition && op.is_elementwise() => {
                args.fold(u32::MAX, |common, axes| common & axes)
            }
            _ => 0,
        }
    }

    /// Slopes of a graph made elsewhere are unknown, so they may be singular.
    fn singular(&self, op: &Op, args: &[NodeId], kind: Kind) -> bool {
        let is_made_of = || args.iter().any(|arg| self.node(*arg).singular);
        let makes = matches!(
            op,
            Op::Strong(_) | Op::Pull(_) | Op::Lifted { .. } | Op::Push { .. }
        );
        makes || kind != Kind::Condition && is_made_of()
    }

    pub fn here(&self) -> Place {
        self.place
            .unwrap_or_else(|| proc_macro2::Span::call_site().into())
    }

    /// Nodes made from now on come from `place`.
    pub fn set_place(&mut self, place: Place) {
        self.place = Some(place);
    }
}

/// Of an operation on operands, whatever their order where it makes no difference. The shape mostly follows from both.
fn hash_of(op: &Op, args: &[NodeId]) -> u64 {
    match *args {
        [left, right] if op.commutes() => hash::of(&(op, left.min(right), left.max(right))),
        _ => hash::of(&(op, args)),
    }
}
