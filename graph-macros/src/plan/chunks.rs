//! Long bodies in parts, each of which hands on the values that are needed after it.
//!
//! rustc nests the scope of every `let` in that of the one before, and a few thousand levels are more than it has a stack for
//! where it describes them to a debugger. An optimiser's time grows faster than the function it is given, so where nothing
//! forbids it a part is a function of its own. Invariant: a part takes what it reads and hands on what is read after it, and
//! nothing else, so all parts together are in proportion to their steps.

use super::ScalarBody;
use super::companions::{CallId, Companions};
use crate::graph::{Graph, NodeId, Op};

/// The most lines of a body that stay together.
pub const LONGEST: usize = 1500;

/// Some steps of a body.
pub struct Chunk<'b> {
    pub steps: &'b [NodeId],
    /// None where it is the whole of a body, or of what is on one side of a test.
    pub ends: Option<Ends>,
}

/// What a part has in common with the others.
#[derive(Clone, Default)]
pub struct Ends {
    /// What it reads that it does not compute.
    pub takes: Vec<NodeId>,
    /// What is needed after it.
    pub gives: Vec<Given>,
    /// Whether it is a function of its own.
    pub is_function: bool,
}

#[derive(Clone, Copy)]
pub enum Given {
    Value(NodeId),
    /// The pullback of a call.
    Pull(CallId),
}

/// The parts of a body before the test of its guard, and those after it.
pub fn of_body<'b>(body: &'b ScalarBody, companions: &Companions) -> [Vec<Chunk<'b>>; 2] {
    let guard = body.guard.as_ref();
    let (before, after) = body.steps.split_at(guard.map_or(0, |guard| guard.steps));
    let results = body.results.iter().flatten().copied();
    let handed = guard.iter().flat_map(|guard| &guard.handed);
    let tested = guard.map(|guard| guard.holds);
    let needed = results.chain(tested).chain(handed.map(|(here, _)| *here));
    let mut parts = of(&body.graph, companions, [before, after], needed);
    // What lanes compute is inlined, and the surroundings are where they are.
    let graph = &body.graph;
    let is_function = !body.lanes && graph.rust.is_empty() && graph.calls.is_empty();
    for part in parts.iter_mut().flatten() {
        if let Some(ends) = &mut part.ends {
            ends.is_function = is_function;
        }
    }
    parts
}

/// The parts of some runs of steps, of which `needed` is needed in the end.
pub fn of<'b, const RUNS: usize>(
    graph: &Graph,
    companions: &Companions,
    runs: [&'b [NodeId]; RUNS],
    needed: impl Iterator<Item = NodeId>,
) -> [Vec<Chunk<'b>>; RUNS] {
    if runs.iter().all(|run| run.len() <= LONGEST) {
        return runs.map(|steps| vec![Chunk { steps, ends: None }]);
    }
    let chunks: Vec<&[NodeId]> = runs.iter().flat_map(|run| run.chunks(LONGEST)).collect();
    let mut ends = ends(graph, companions, &chunks, needed).into_iter();
    runs.map(|run| {
        let parts = run.chunks(LONGEST).zip(&mut ends);
        let parts = parts.map(|(steps, ends)| Chunk {
            steps,
            ends: Some(ends),
        });
        parts.collect()
    })
}

/// What each chunk of steps takes and gives.
fn ends(
    graph: &Graph,
    companions: &Companions,
    chunks: &[&[NodeId]],
    needed: impl Iterator<Item = NodeId>,
) -> Vec<Ends> {
    let places = places(graph, companions, chunks);
    let mut ends = vec![Ends::default(); chunks.len()];
    let mut is_given = vec![false; graph.len()];
    let mut pulled: Vec<CallId> = Vec::new();
    let mut taken = vec![None; graph.len()];
    for (at, id) in numbered(chunks) {
        let node = graph.node(id);
        // What is bound together with another step is not computed here.
        if places[id.index()] != Some(at) || matches!(node.op, Op::Part(_)) {
            continue;
        }
        if let Op::Pull(_) = node.op {
            let call = companions.call_of(id);
            let first = places[companions.first(call).index()];
            if first.is_some_and(|place| place < at) && !pulled.contains(&call) {
                pulled.push(call);
            }
        }
        for arg in &node.args {
            let is_here = places[arg.index()] == Some(at) || graph.constant(*arg).is_some();
            if !is_here && taken[arg.index()].replace(at) != Some(at) {
                ends[at].takes.push(*arg);
                is_given[arg.index()] = true;
            }
        }
    }
    needed.for_each(|id| is_given[id.index()] = true);
    for id in graph.ids().filter(|id| is_given[id.index()]) {
        if let Some(place) = places[id.index()] {
            ends[place].gives.push(Given::Value(id));
        }
    }
    for call in pulled {
        if let Some(place) = places[companions.first(call).index()] {
            ends[place].gives.push(Given::Pull(call));
        }
    }
    ends
}

/// In which chunk the value of each node is bound; leaves and literals are in none.
fn places(graph: &Graph, companions: &Companions, chunks: &[&[NodeId]]) -> Vec<Option<usize>> {
    let mut places = vec![None; graph.len()];
    for (at, id) in numbered(chunks) {
        let node = graph.node(id);
        let bound_with = match (&node.op, companions.partner(graph, id)) {
            (Op::Part(_), _) => places[node.args[0].index()],
            (_, Some((other, false))) => places[other.index()],
            _ => None,
        };
        places[id.index()] = bound_with.or(Some(at));
    }
    places
}

/// All steps, each with the number of its chunk.
fn numbered(chunks: &[&[NodeId]]) -> impl Iterator<Item = (usize, NodeId)> {
    let chunks = chunks.iter().enumerate();
    chunks.flat_map(|(at, chunk)| chunk.iter().map(move |id| (at, *id)))
}
