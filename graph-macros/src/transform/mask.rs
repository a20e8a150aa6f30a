//! Masks: the conditions under which an adjoint holds.
//!
//! An adjoint that came through one side of a `select` is worth something only where that side was taken; elsewhere
//! it may be a NaN. As long as contributions share a mask they are added plainly, so nothing is paid inside a
//! branch. Where a node is reached under different masks, each contribution is lifted to what they have in common,
//! by a `select` against zero. Invariant: the masks of one pass form a tree, whose root holds always.

use super::algebra::choose;
use crate::builder::Builder;
use crate::graph::NodeId;
use crate::hash::Map;
use crate::rules::rows;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mask(usize);

/// Always.
pub const ROOT: Mask = Mask(0);

/// Deeper nests are folded into one condition, so that lifting costs no more than this.
const DEEPEST: usize = 8;

struct Entry {
    parent: Mask,
    condition: Option<NodeId>,
    holds: bool,
    depth: usize,
}

pub struct Masks {
    entries: Vec<Entry>,
    known: Map<(Mask, NodeId, bool), Mask>,
}

impl Masks {
    pub fn new() -> Masks {
        let root = Entry {
            parent: ROOT,
            condition: None,
            holds: true,
            depth: 0,
        };
        Masks {
            entries: vec![root],
            known: Map::default(),
        }
    }

    /// Where `mask` holds and the condition does too (or does not).
    pub fn under(
        &mut self,
        graph: &mut Builder,
        mask: Mask,
        condition: NodeId,
        holds: bool,
    ) -> Mask {
        if self.depth(mask) >= DEEPEST {
            let outer = self.conjunction(graph, mask);
            let inner = if holds {
                condition
            } else {
                graph.call(rows::not, &[condition])
            };
            let both = graph.call(rows::and, &[outer, inner]);
            return self.under(graph, ROOT, both, true);
        }
        let depth = self.depth(mask) + 1;
        *self
            .known
            .entry((mask, condition, holds))
            .or_insert_with(|| {
                self.entries.push(Entry {
                    parent: mask,
                    condition: Some(condition),
                    holds,
                    depth,
                });
                Mask(self.entries.len() - 1)
            })
    }

    /// The condition under which a mask holds; none where it holds always.
    pub fn condition(&self, graph: &mut Builder, mask: Mask) -> Option<NodeId> {
        (mask != ROOT).then(|| self.conjunction(graph, mask))
    }

    fn depth(&self, mask: Mask) -> usize {
        self.entries[mask.0].depth
    }

    fn conjunction(&self, graph: &mut Builder, mut mask: Mask) -> NodeId {
        let mut conditions = Vec::new();
        while let Some(condition) = self.entries[mask.0].condition {
            let holds = self.entries[mask.0].holds;
            conditions.push(if holds {
                condition
            } else {
                graph.call(rows::not, &[condition])
            });
            mask = self.entries[mask.0].parent;
        }
        let joined = conditions
            .into_iter()
            .reduce(|left, right| graph.call(rows::and, &[left, right]));
        joined.unwrap_or_else(|| unreachable!("only nested masks are folded"))
    }

    /// The same conditions for values of another shape; none where a condition does not carry over.
    pub fn carry(
        &mut self,
        graph: &mut Builder,
        mask: Mask,
        over: &mut dyn FnMut(&mut Builder, NodeId) -> Option<NodeId>,
    ) -> Option<Mask> {
        let Some(condition) = self.entries[mask.0].condition else {
            return Some(ROOT);
        };
        let (parent, holds) = (self.entries[mask.0].parent, self.entries[mask.0].holds);
        let parent = self.carry(graph, parent, over)?;
        let condition = over(graph, condition)?;
        Some(self.under(graph, parent, condition, holds))
    }

    /// The sum of contributions and the mask under which it holds: what all of theirs have in common.
    pub fn join(
        &self,
        graph: &mut Builder,
        contributions: Vec<(Mask, NodeId)>,
    ) -> Option<(Mask, NodeId)> {
        let common = contributions
            .iter()
            .map(|(mask, _)| *mask)
            .reduce(|a, b| self.common(a, b))?;
        self.lift(graph, contributions, common)
            .map(|sum| (common, sum))
    }

    /// The sum of contributions as it holds always.
    pub fn settle(
        &self,
        graph: &mut Builder,
        contributions: Vec<(Mask, NodeId)>,
    ) -> Option<NodeId> {
        self.lift(graph, contributions, ROOT)
    }

    fn common(&self, mut a: Mask, mut b: Mask) -> Mask {
        while a != b {
            if self.depth(a) >= self.depth(b) {
                a = self.entries[a.0].parent;
            } else {
                b = self.entries[b.0].parent;
            }
        }
        a
    }

    /// Lifts contributions to `target`, the deepest first, both sides of one condition together.
    fn lift(
        &self,
        graph: &mut Builder,
        contributions: Vec<(Mask, NodeId)>,
        target: Mask,
    ) -> Option<NodeId> {
        let mut sums: Vec<(Mask, NodeId)> = Vec::new();
        for (mask, node) in contributions {
            add_to(graph, &mut sums, mask, node);
        }
        loop {
            let deepest = sums
                .iter()
                .filter(|(mask, _)| *mask != target)
                .max_by_key(|(mask, _)| self.depth(*mask));
            let Some(&(mask, node)) = deepest else { break };
            let entry = &self.entries[mask.0];
            let condition = entry.condition?;
            sums.retain(|(other, _)| *other != mask);
            let sibling = self.known.get(&(entry.parent, condition, !entry.holds));
            let at = sums.iter().position(|(other, _)| Some(other) == sibling);
            let other = at.map(|at| sums.swap_remove(at).1);
            let (yes, no) = if entry.holds {
                (Some(node), other)
            } else {
                (other, Some(node))
            };
            let chosen = choose(graph, condition, yes, no)?;
            if yes.is_none() || no.is_none() {
                graph.set_masked(chosen);
            }
            add_to(graph, &mut sums, entry.parent, chosen);
        }
        sums.pop().map(|(_, sum)| sum)
    }
}

fn add_to(graph: &mut Builder, sums: &mut Vec<(Mask, NodeId)>, mask: Mask, node: NodeId) {
    match sums.iter_mut().find(|(other, _)| *other == mask) {
        Some((_, sum)) => *sum = graph.call(rows::add, &[*sum, node]),
        None => sums.push((mask, node)),
    }
}
