//! Long bodies in parts: an optimiser's time grows faster than the function that it is given.
//!
//! Invariant: a part hands on what is read, taken over or given back after it, and nothing else.

use std::ops::Range;

use super::{Body, source};
use crate::graph::NodeId;
use crate::hash::Map;
use crate::plan::order::Order;

/// The most steps of a body that stay together.
const LONGEST: usize = 24;

/// Some steps of a body, and what is needed after them.
pub struct Part {
    pub steps: Range<usize>,
    pub gives: Vec<NodeId>,
}

/// Whether nothing in a body is of the user's surroundings, where a name of ours may mean something, or a call leave the body.
pub fn is_closed(body: &Body) -> bool {
    body.graph.calls.is_empty() && body.graph.rust.is_empty()
}

/// The parts of a body; none if it is short.
pub fn of(body: &Body, order: &Order) -> Vec<Part> {
    let graph = &body.graph;
    if body.steps.len() <= LONGEST || !is_closed(body) {
        return Vec::new();
    }
    let starts = (0..body.steps.len()).step_by(LONGEST);
    let mut parts: Vec<Part> = starts
        .map(|start| Part {
            steps: start..body.steps.len().min(start + LONGEST),
            gives: Vec::new(),
        })
        .collect();
    let (made, last) = (places(body, order), last_needed(body));
    for id in graph.ids() {
        let Some(at) = made.get(&id) else { continue };
        if last.get(&id).is_some_and(|last| last > at) {
            parts[*at].gives.push(id);
        }
    }
    parts
}

/// The part in which each value is bound.
fn places(body: &Body, order: &Order) -> Map<NodeId, usize> {
    let mut places: Map<NodeId, usize> = Map::default();
    for (at, step) in body.steps.iter().enumerate() {
        for id in step.makes() {
            let with = match order.partner(&body.graph, id) {
                Some((other, false)) => places.get(&other).copied(),
                _ => None,
            };
            places.insert(id, with.unwrap_or(at / LONGEST));
        }
    }
    places
}

/// The last part that needs each value; for what is needed after the body, one more than there are.
fn last_needed(body: &Body) -> Map<NodeId, usize> {
    let graph = &body.graph;
    let mut last = Map::default();
    for (at, step) in body.steps.iter().enumerate() {
        let old = step
            .makes()
            .into_iter()
            .filter_map(|id| body.over.get(&id).copied());
        let read = step.reads(graph).into_iter().map(|id| source(graph, id));
        last.extend(read.chain(old).map(|id| (id, at / LONGEST)));
    }
    let results = body.results.iter().flatten().map(|id| source(graph, *id));
    let homes = body.homes.iter().map(|home| home.last);
    last.extend(results.chain(homes).map(|id| (id, usize::MAX)));
    last
}
