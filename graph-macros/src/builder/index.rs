//! Which nodes have which hash, so that an equal node is found without a look at the others.
//!
//! Invariant: every node of the graph is here, under the number it has there.

use crate::graph::NodeId;

/// Nodes by their hashes: a chain for each value of a hash's lower bits, the latest node first.
#[derive(Clone, Default)]
pub struct Index {
    latest: Vec<Option<NodeId>>,
    /// The hash of each node, and the node before it in its chain.
    nodes: Vec<(u64, Option<NodeId>)>,
}

impl Index {
    fn chain(&self, hash: u64) -> usize {
        hash as usize & (self.latest.len() - 1)
    }

    /// The next node, of this hash.
    pub fn insert(&mut self, hash: u64) -> NodeId {
        if self.nodes.len() == self.latest.len() {
            self.grow();
        }
        self.nodes.push((hash, None));
        self.link(self.nodes.len() - 1)
    }

    /// Puts a node at the head of its chain.
    fn link(&mut self, at: usize) -> NodeId {
        let id = NodeId::at(at);
        let chain = self.chain(self.nodes[at].0);
        self.nodes[at].1 = self.latest[chain].replace(id);
        id
    }

    fn grow(&mut self) {
        let count = (2 * self.latest.len()).max(64);
        self.latest = vec![None; count];
        for at in 0..self.nodes.len() {
            self.link(at);
        }
    }

    pub fn of_hash(&self, hash: u64) -> impl Iterator<Item = NodeId> {
        let latest = match self.latest.is_empty() {
            true => None,
            false => self.latest[self.chain(hash)],
        };
        let chain = std::iter::successors(latest, |id| self.nodes[id.index()].1);
        chain.filter(move |id| self.nodes[id.index()].0 == hash)
    }
}
