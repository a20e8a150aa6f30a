//! Loops whose steps depend on one another: the plan of a step, and what it finds and leaves, for both targets.
//!
//! Invariant: the body is planned as any other; what it begins with is a leaf of it, numbered as the arguments of the loop's node.

use crate::graph::{Dim, Graph, NodeId, Op, Order, Scan};
use crate::transform::scan::parts_of;

/// One loop over steps.
pub struct Loop<B> {
    pub length: Dim,
    /// Whether it ends as soon as its last state is 1 everywhere.
    pub is_search: bool,
    /// Its results are the next states, and what is given of each step.
    pub body: B,
    pub states: Vec<Carried>,
    pub sequences: Vec<Sequence>,
    /// What is the same in all steps: the leaf and the argument.
    pub constants: Vec<(NodeId, NodeId)>,
    /// Where what is given goes, along the axis of the steps.
    pub given: Vec<Order>,
    /// What reads the last states, what is given, and the states in front of each block, in the graph around the loop.
    pub parts: Vec<Option<NodeId>>,
    /// The loops that it goes through again, a block at a time, and which leaves are what those give.
    pub again: Vec<(Loop<B>, Links)>,
}

/// Leaves that are what a loop gives, by its place there.
pub type Links = Vec<(NodeId, usize)>;

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

/// The body of a loop, as a target plans it.
pub trait OfSteps {
    /// Of the next states, and of what is given of each step.
    fn of_steps(scan: &Scan) -> Self;
    fn graph(&self) -> &Graph;
}

impl<B: OfSteps> Loop<B> {
    pub fn of(graph: &Graph, node: NodeId) -> Loop<B> {
        let (at, args) = parts_of(graph, node);
        let scan = &graph.scans[at];
        let count = scan.states() + scan.given.len() + scan.checkpoints;
        let mut parts = vec![None; count];
        for id in graph.ids() {
            if let Op::Part(part) = graph.node(id).op
                && graph.node(id).args[0] == node
            {
                parts[part] = Some(id);
            }
        }
        Loop::planned(scan, &args, parts)
    }

    fn planned(scan: &Scan, args: &[NodeId], parts: Vec<Option<NodeId>>) -> Loop<B> {
        let body = B::of_steps(scan);
        let leaves = body.graph().leaves(args.len());
        let (states, moving) = (scan.states(), scan.moving());
        let both = || leaves.iter().copied().zip(args.iter().copied());
        let carried = both().take(states);
        let read = |(leaf, arg): (Option<NodeId>, NodeId)| Some((leaf?, arg));
        let sequences = both().skip(states).zip(&scan.sequences);
        let sequences = sequences.map(|(both, order)| {
            let (leaf, array) = read(both)?;
            let order = *order;
            Some(Sequence { leaf, array, order })
        });
        let is_linked = |at: usize| {
            let mut links = scan.again.iter().flat_map(|again| &again.linked);
            links.any(|(sequence, _)| *sequence == at)
        };
        let sequences: Vec<Sequence> = sequences
            .enumerate()
            .filter(|(at, _)| !is_linked(*at))
            .filter_map(|(_, sequence)| sequence)
            .collect();
        let again = scan.again.iter().map(|again| {
            let count = again.scan.states() + again.scan.given.len();
            let of = Loop::<B>::planned(&again.scan, &args[again.first..], vec![None; count]);
            let links = again.linked.iter();
            let links =
                links.filter_map(|(sequence, given)| Some((leaves[states + sequence]?, *given)));
            (of, links.collect())
        });
        let again = again.collect();
        Loop {
            length: scan.length.clone(),
            is_search: scan.is_search,
            states: carried
                .map(|(leaf, start)| Carried { leaf, start })
                .collect(),
            sequences,
            again,
            constants: both().skip(moving).filter_map(read).collect(),
            given: scan.given.iter().map(|given| given.order).collect(),
            parts,
            body,
        }
    }

    /// The leaves of the body that a step reads.
    pub fn leaves(&self) -> Vec<NodeId> {
        let states = self.states.iter().filter_map(|state| state.leaf);
        let sequences = self.sequences.iter().map(|sequence| sequence.leaf);
        let constants = self.constants.iter().map(|(leaf, _)| *leaf);
        let linked = self.again.iter().flat_map(|(_, links)| links);
        let linked = linked.map(|(leaf, _)| *leaf);
        states
            .chain(sequences)
            .chain(constants)
            .chain(linked)
            .collect()
    }

    /// What it reads of the graph around it.
    pub fn reads(&self) -> Vec<NodeId> {
        let starts = self.states.iter().map(|state| state.start);
        let arrays = self.sequences.iter().map(|sequence| sequence.array);
        let constants = self.constants.iter().map(|(_, value)| *value);
        let again = self.again.iter().flat_map(|(of, _)| of.reads());
        starts.chain(arrays).chain(constants).chain(again).collect()
    }
}

/// What the body of a loop is planned to give.
pub fn groups(scan: &Scan) -> Vec<Vec<NodeId>> {
    let given = scan.given.iter().map(|given| given.node);
    vec![scan.next.clone(), given.collect()]
}
