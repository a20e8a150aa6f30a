//! Loops whose steps depend on one another: the plan of a step, and what it finds and leaves.
//!
//! Invariant: the body is planned as any other; what it begins with is a leaf of it, numbered as the arguments of the loop's node.

use super::{ArrayBody, whole};
use crate::graph::{Dim, Graph, NodeId, Op, Order};
use crate::transform::scan::{leaves_of, parts_of};

/// One loop over steps.
pub struct Loop {
    pub length: Dim,
    /// Its results are the next states, and what is given of each step.
    pub body: ArrayBody,
    pub states: Vec<Carried>,
    pub sequences: Vec<Sequence>,
    /// What is the same in all steps: the leaf and the argument.
    pub constants: Vec<(NodeId, NodeId)>,
    /// Where what is given goes, along the axis of the steps.
    pub given: Vec<Order>,
    /// What reads the last states and what is given, in the graph around the loop.
    pub parts: Vec<Option<NodeId>>,
}

/// A state: its leaf, if a step reads it, and what it is at first.
pub struct Carried {
    pub leaf: Option<NodeId>,
    pub start: NodeId,
}

/// An array of which each step has one entry.
pub struct Sequence {
    pub leaf: NodeId,
    pub array: NodeId,
    pub order: Order,
}

impl Loop {
    pub(super) fn of(graph: &Graph, node: NodeId) -> Loop {
        let (at, args) = parts_of(graph, node);
        let scan = &graph.scans[at];
        let given: Vec<NodeId> = scan.given.iter().map(|given| given.node).collect();
        let body = whole(&scan.body, scan.primal, vec![scan.next.clone(), given]);
        let leaves = leaves_of(&body.graph, args.len());
        let (states, moving) = (scan.states(), scan.moving());
        let both = || leaves.iter().copied().zip(args.iter().copied());
        let carried = both().take(states);
        let read = |(leaf, arg): (Option<NodeId>, NodeId)| Some((leaf?, arg));
        let sequences = both().skip(states).zip(&scan.sequences);
        let sequences = sequences.filter_map(|(both, order)| {
            let (leaf, array) = read(both)?;
            let order = *order;
            Some(Sequence { leaf, array, order })
        });
        let mut parts = vec![None; states + scan.given.len()];
        for id in graph.ids() {
            if let Op::Part(part) = graph.node(id).op
                && graph.node(id).args[0] == node
            {
                parts[part] = Some(id);
            }
        }
        Loop {
            length: scan.length.clone(),
            states: carried
                .map(|(leaf, start)| Carried { leaf, start })
                .collect(),
            sequences: sequences.collect(),
            constants: both().skip(moving).filter_map(read).collect(),
            given: scan.given.iter().map(|given| given.order).collect(),
            parts,
            body,
        }
    }

    /// What it reads of the graph around it.
    pub fn reads(&self) -> Vec<NodeId> {
        let starts = self.states.iter().map(|state| state.start);
        let arrays = self.sequences.iter().map(|sequence| sequence.array);
        let constants = self.constants.iter().map(|(_, value)| *value);
        starts.chain(arrays).chain(constants).collect()
    }
}
