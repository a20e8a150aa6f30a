//! Which steps of a body belong together: a call, its parts and its pullbacks, and a sine with its cosine.
//!
//! Invariant: made once a body, so that printing a step takes no search among the others.

use crate::graph::{Graph, NodeId, Op};
use crate::hash::Map;
use crate::rule::RuleId;

#[derive(Default)]
pub struct Companions {
    /// The sines and cosines of operands, and where they stand.
    halves: Map<(RuleId, NodeId), (NodeId, usize)>,
    parts: Map<(NodeId, usize), NodeId>,
    calls: Map<usize, Call>,
}

/// The steps of one call.
struct Call {
    /// The one that makes the pullback, if any is made: the call itself, or what pulls first.
    first: NodeId,
    /// The last one that uses the pullback.
    last: Option<NodeId>,
}

impl Companions {
    pub fn of(graph: &Graph, steps: &[NodeId]) -> Companions {
        let mut companions = Companions::default();
        for (place, &id) in steps.iter().enumerate() {
            let node = graph.node(id);
            match node.op {
                Op::Apply(rule) if rule.other_half().is_some() => {
                    companions.halves.insert((rule, node.args[0]), (id, place));
                }
                Op::Part(at) => {
                    companions.parts.entry((node.args[0], at)).or_insert(id);
                }
                Op::Call(call) | Op::Pull(call) | Op::Push { call, .. } => {
                    let new = Call {
                        first: id,
                        last: None,
                    };
                    let steps = companions.calls.entry(call).or_insert(new);
                    if !matches!(node.op, Op::Call(_)) {
                        steps.last = Some(id);
                    }
                }
                _ => {}
            }
        }
        companions
    }

    /// The part of a call or a pull, if it is used.
    pub fn part(&self, of: NodeId, at: usize) -> Option<NodeId> {
        self.parts.get(&(of, at)).copied()
    }

    /// The first step of a call, before which there is no pullback.
    pub fn first(&self, call: usize) -> Option<NodeId> {
        Some(self.calls.get(&call)?.first)
    }

    /// The last step that uses the pullback of a call.
    pub fn last_pull(&self, call: usize) -> Option<NodeId> {
        self.calls.get(&call)?.last
    }

    /// The cosine that belongs to a sine, or the other way round, since one function computes both; and whether it comes
    /// later.
    pub fn partner(&self, graph: &Graph, id: NodeId) -> Option<(NodeId, bool)> {
        let node = graph.node(id);
        let Op::Apply(rule) = node.op else {
            return None;
        };
        let half = |rule: RuleId| self.halves.get(&(rule, node.args[0]));
        let (other, place) = half(rule.other_half()?)?;
        Some((*other, half(rule)?.1 < *place))
    }
}
