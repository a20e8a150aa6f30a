//! Long bodies in parts: an optimiser's time grows faster than the function that it is given.
//!
//! Invariant: a part hands on what is read, taken over or given back after it, and nothing else.

use std::ops::Range;

use super::{ArrayBody, Step, source};
use crate::graph::NodeId;
use crate::hash::Map;
use crate::plan::companions::Companions;

/// The most that stays together, in lines of numbers.
const LONGEST: usize = 600;

/// Some steps of a body, and what is needed after them.
pub struct Chunk {
    pub steps: Range<usize>,
    pub gives: Vec<NodeId>,
}

/// Whether nothing in a body is of the user's surroundings, where a name of ours may mean something, or a call leave the body.
pub fn is_closed(body: &ArrayBody) -> bool {
    body.graph.calls.is_empty() && body.graph.rust.is_empty()
}

/// The parts of a body; none if it is short.
pub fn of(body: &ArrayBody, companions: &Companions) -> Vec<Chunk> {
    let chunks = chunks(body);
    let last_chunk = chunks.last().copied().unwrap_or(0);
    if last_chunk == 0 || !is_closed(body) {
        return Vec::new();
    }
    let start = |at: usize| chunks.partition_point(|chunk| *chunk < at);
    let parts = (0..=last_chunk).map(|at| Chunk {
        steps: start(at)..start(at + 1),
        gives: Vec::new(),
    });
    let mut parts: Vec<Chunk> = parts.collect();
    let (made, last) = (
        places(body, companions, &chunks),
        last_needed(body, &chunks),
    );
    for id in body.graph.ids() {
        let Some(at) = made.get(&id) else { continue };
        if last.get(&id).is_some_and(|last| last > at) {
            parts[*at].gives.push(id);
        }
    }
    parts
}

/// The number of the part of each step.
fn chunks(body: &ArrayBody) -> Vec<usize> {
    let (mut part, mut length) = (0, 0);
    let steps = body.steps.iter().map(|step| {
        let lines = lines(step);
        if length + lines > LONGEST {
            (part, length) = (part + 1, 0);
        }
        length += lines;
        part
    });
    steps.collect()
}

/// How much rustc makes of a step, about, in lines of numbers.
fn lines(step: &Step) -> usize {
    match step {
        Step::Number(_) => 1,
        Step::Entry(_) => 2,
        Step::Product(_) | Step::Assemble(_) => 16,
        Step::Loop(of) => 16 + of.body.steps.iter().map(lines).sum::<usize>(),
        Step::Kernel(kernel) => 16 + 2 * kernel.inputs.len() + 4 * kernel.outputs.len(),
    }
}

/// The part in which each value is bound.
fn places(body: &ArrayBody, companions: &Companions, chunks: &[usize]) -> Map<NodeId, usize> {
    let mut places: Map<NodeId, usize> = Map::default();
    for (step, chunk) in body.steps.iter().zip(chunks) {
        for id in step.makes() {
            let with = match companions.partner(&body.graph, id) {
                Some((other, false)) => places.get(&other).copied(),
                _ => None,
            };
            places.insert(id, with.unwrap_or(*chunk));
        }
    }
    places
}

/// The last part that needs each value; for what is needed after the body, one more than there are.
fn last_needed(body: &ArrayBody, chunks: &[usize]) -> Map<NodeId, usize> {
    let graph = &body.graph;
    let mut last = Map::default();
    for (step, chunk) in body.steps.iter().zip(chunks) {
        let old = step.makes().into_iter();
        let old = old.filter_map(|id| body.over.get(&id).copied());
        let read = step.reads(graph).into_iter().map(|id| source(graph, id));
        last.extend(read.chain(old).map(|id| (id, *chunk)));
    }
    let results = body.results.iter().flatten().map(|id| source(graph, *id));
    let homes = body.homes.iter().map(|home| home.last);
    last.extend(results.chain(homes).map(|id| (id, usize::MAX)));
    last
}
