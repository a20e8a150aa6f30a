//! Long bodies in parts, each of which hands on the values that are needed after it.
//!
//! rustc nests the scope of every `let` in that of the one before, and a few thousand levels are more than it has a stack for
//! where it describes them to a debugger. Invariant: a part hands on what a later part or a result reads and nothing else, so all
//! parts together are in proportion to their steps.

use super::Body;
use super::order::Order;
use crate::graph::{Graph, NodeId, Op};

/// The most lines of a body that stay together.
pub const LONGEST: usize = 500;

/// Some steps of a body.
pub struct Part<'b> {
    pub steps: &'b [NodeId],
    /// What is needed after it; none where it is the whole of a body, or of what is on one side of a test.
    pub gives: Option<Vec<Given>>,
}

#[derive(Clone, Copy)]
pub enum Given {
    Value(NodeId),
    /// The pullback of a call.
    Pull(usize),
}

/// The parts of a body before the test of its guard, and those after it.
pub fn of_body<'b>(body: &'b Body, order: &Order) -> [Vec<Part<'b>>; 2] {
    let guard = body.guard.as_ref();
    let (before, after) = body.steps.split_at(guard.map_or(0, |guard| guard.steps));
    let results = body.results.iter().flatten().copied();
    let needed = results.chain(guard.map(|guard| guard.holds));
    of(&body.graph, order, [before, after], needed)
}

/// The parts of some runs of steps, of which `needed` is needed in the end.
pub fn of<'b, const RUNS: usize>(
    graph: &Graph,
    order: &Order,
    runs: [&'b [NodeId]; RUNS],
    needed: impl Iterator<Item = NodeId>,
) -> [Vec<Part<'b>>; RUNS] {
    if runs.iter().all(|run| run.len() <= LONGEST) {
        return runs.map(|steps| vec![Part { steps, gives: None }]);
    }
    let chunks: Vec<&[NodeId]> = runs.iter().flat_map(|run| run.chunks(LONGEST)).collect();
    let mut gives = gives(graph, order, &chunks, needed).into_iter();
    runs.map(|run| {
        let parts = run.chunks(LONGEST).zip(&mut gives);
        let parts = parts.map(|(steps, gives)| Part {
            steps,
            gives: Some(gives),
        });
        parts.collect()
    })
}

/// What each chunk of steps has to hand on.
fn gives(
    graph: &Graph,
    order: &Order,
    chunks: &[&[NodeId]],
    needed: impl Iterator<Item = NodeId>,
) -> Vec<Vec<Given>> {
    let places = places(graph, order, chunks);
    let mut is_given = vec![false; graph.len()];
    let mut pulled = vec![false; graph.calls.len()];
    for (at, chunk) in chunks.iter().enumerate() {
        for id in *chunk {
            let node = graph.node(*id);
            let earlier = |id: NodeId| places[id.index()].is_some_and(|place| place < at);
            match node.op {
                // It has been bound where the call is.
                Op::Part(_) => continue,
                Op::Pull(call) => pulled[call] |= order.first(call).is_some_and(earlier),
                _ => {}
            }
            for arg in &node.args {
                is_given[arg.index()] |= earlier(*arg);
            }
        }
    }
    needed.for_each(|id| is_given[id.index()] = true);
    let mut gives = vec![Vec::new(); chunks.len()];
    for id in graph.ids().filter(|id| is_given[id.index()]) {
        if let Some(place) = places[id.index()] {
            gives[place].push(Given::Value(id));
        }
    }
    for call in (0..pulled.len()).filter(|call| pulled[*call]) {
        if let Some(place) = order.first(call).and_then(|id| places[id.index()]) {
            gives[place].push(Given::Pull(call));
        }
    }
    gives
}

/// In which chunk the value of each node is bound; leaves and literals are in none.
fn places(graph: &Graph, order: &Order, chunks: &[&[NodeId]]) -> Vec<Option<usize>> {
    let mut places = vec![None; graph.len()];
    for (at, chunk) in chunks.iter().enumerate() {
        for id in *chunk {
            let node = graph.node(*id);
            let bound_with = match (&node.op, order.partner(graph, *id)) {
                (Op::Part(_), _) => places[node.args[0].index()],
                (_, Some((other, false))) => places[other.index()],
                _ => None,
            };
            places[id.index()] = bound_with.or(Some(at));
        }
    }
    places
}
