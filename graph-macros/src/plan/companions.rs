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
    /// Which call a step belongs to: that of a function for some arguments.
    calls_of: Map<NodeId, CallId>,
    calls: Vec<Call>,
}

/// A call among those of a body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CallId(usize);

/// The steps of one call.
struct Call {
    /// What is called, and how many calls of the same there are before: derivatives in formulas may call it for other arguments.
    number: (usize, usize),
    /// The one that makes the pullback, if any is made: the call itself, or what pulls first.
    first: NodeId,
    /// The last one that uses the pullback.
    last: Option<NodeId>,
}

impl Companions {
    pub fn of(graph: &Graph, steps: &[NodeId]) -> Companions {
        let mut companions = Companions::default();
        let mut known: Map<(usize, &[NodeId]), CallId> = Map::default();
        let mut counts: Map<usize, usize> = Map::default();
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
                    let arguments = &node.args[..graph.calls[call].arguments()];
                    let all = &mut companions.calls;
                    let of = *known.entry((call, arguments)).or_insert_with(|| {
                        let count = counts.entry(call).or_default();
                        all.push(Call {
                            number: (call, std::mem::replace(count, *count + 1)),
                            first: id,
                            last: None,
                        });
                        CallId(all.len() - 1)
                    });
                    if !matches!(node.op, Op::Call(_)) {
                        all[of.0].last = Some(id);
                    }
                    companions.calls_of.insert(id, of);
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

    /// The call that a step belongs to.
    pub fn call_of(&self, step: NodeId) -> CallId {
        self.calls_of[&step]
    }

    /// The first step of a call, before which there is no pullback.
    pub fn first(&self, call: CallId) -> NodeId {
        self.calls[call.0].first
    }

    /// The last step that uses the pullback of a call.
    pub fn last_pull(&self, call: CallId) -> Option<NodeId> {
        self.calls[call.0].last
    }

    /// What the pullback of a call is called.
    pub fn pull_name(&self, call: CallId) -> String {
        match self.calls[call.0].number {
            (of, 0) => format!("pull_{of}"),
            (of, again) => format!("pull_{of}_{again}"),
        }
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
