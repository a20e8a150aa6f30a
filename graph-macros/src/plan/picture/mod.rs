//! What a picture shows: the operations as the user wrote them, the value of each, and what flows back along every edge.
//!
//! Invariant: an edge's gradient is the contribution that this one use makes to the adjoint of its operand, and the
//! contributions of all uses (and the seed, for an output) sum to that adjoint.

pub mod bodies;
mod describe;
mod shown;
mod symbols;

use self::bodies::DrawnLoop;
use self::describe::Draw;
use self::shown::Shown;
use super::arrays;
use crate::activity;
use crate::builder::Builder;
use crate::graph::{Name, NodeId};
use crate::hash::Map;
use crate::transform::algebra::or_zero;
use crate::transform::flow::{Flow, Route};
use crate::transform::{rebuild, scalars};
use crate::unit::Unit;

/// A picture without its numbers.
pub struct Picture {
    pub nodes: Vec<DrawnNode>,
    /// The values that are shown, by position; they are nodes of `graph`.
    pub values: Vec<NodeId>,
    pub graph: Builder,
    /// The steps of loops, those of the whole before those in their steps.
    pub loops: Vec<DrawnLoop>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Input,
    Labels,
    Constant,
    Operation,
    Condition,
    Output,
}

pub struct DrawnNode {
    pub role: Role,
    pub label: String,
    pub name: Option<Name>,
    pub value: usize,
    pub adjoint: Option<usize>,
    pub edges: Vec<DrawnEdge>,
}

pub struct DrawnEdge {
    pub from: usize,
    pub gradient: Option<usize>,
    /// The local derivative in symbols, empty where it has none that is short.
    pub symbol: String,
    /// Its value, for a number by a number.
    pub partial: Option<usize>,
}

/// A picture and the code of its values: of numbers one group of results a value, of arrays one result a value.
pub struct Drawn<B> {
    pub picture: Picture,
    pub body: B,
}

/// For a graph of numbers and small arrays. Arrays are taken apart after differentiation: what is shown are arrays.
pub fn numbers(unit: &Unit) -> Drawn<super::ScalarBody> {
    let picture = picture(unit);
    let (graph, entries) = scalars::apart(picture.graph.clone().finish());
    let primal = rebuild::end(entries[..unit.graph.len()].iter().flatten());
    let groups = picture
        .values
        .iter()
        .map(|value| entries[value.index()].clone());
    let body = super::body(&graph, primal, groups.collect());
    Drawn { picture, body }
}

/// For a graph of arrays of any size.
pub fn arrays(unit: &Unit) -> Drawn<arrays::ArrayBody> {
    let picture = picture(unit);
    let body = arrays::whole(
        &picture.graph,
        unit.graph.len(),
        vec![picture.values.clone()],
    );
    Drawn { picture, body }
}

fn picture(unit: &Unit) -> Picture {
    let mut graph = unit.graph.clone();
    let seeds = super::seeds(&mut graph, unit);
    let sources: Vec<NodeId> = super::sources(unit);
    let mut active = activity::active(&graph, &sources);
    let shown = shown::all_shown(&mut graph, unit, &mut active);
    let mut ends = sources;
    ends.extend(shown::doubles(&graph, &shown, &active));
    let mut flow = Flow::new(&mut graph, &ends);
    let outputs = super::outputs(unit);
    for (output, seed) in outputs.iter().zip(&seeds) {
        flow.seed(*output, *seed);
    }
    let derivatives: Map<NodeId, Derivatives> = shown
        .iter()
        .rev()
        .map(|(id, shown)| (*id, derivatives(&mut flow, *id, shown)))
        .collect();
    Draw::new(graph, derivatives).all(unit, &shown, &seeds)
}

#[derive(Default)]
struct Derivatives {
    adjoint: Option<NodeId>,
    contributions: Vec<Option<NodeId>>,
    partials: Vec<Option<NodeId>>,
}

fn derivatives(flow: &mut Flow, id: NodeId, shown: &Shown) -> Derivatives {
    if !flow.is_active(id) {
        return Derivatives::default();
    }
    let adjoint = flow.adjoint(id);
    let shape = flow.graph().shape(id);
    let adjoint = Some(or_zero(flow.graph(), adjoint, &shape));
    let Some(route) = &shown.route else {
        return Derivatives {
            adjoint,
            ..Derivatives::default()
        };
    };
    let found = flow.visit(id, route);
    let contributions = filled(flow, &shown.operands, found);
    let partials = match shape.is_empty() {
        true => partials(flow, shown, route),
        false => vec![None; contributions.len()],
    };
    Derivatives {
        adjoint,
        contributions,
        partials,
    }
}

/// The local derivatives of a number, by those operands that are numbers.
fn partials(flow: &mut Flow, shown: &Shown, route: &Route) -> Vec<Option<NodeId>> {
    let found = flow.partials(route);
    let partials = filled(flow, &shown.operands, found);
    let graph = flow.graph();
    let by_number = |operand: &NodeId| graph.shape(*operand).is_empty();
    let both = partials.into_iter().zip(&shown.operands);
    both.map(|(partial, operand)| partial.filter(|_| by_number(operand)))
        .collect()
}

/// Zeros where nothing arrives; nothing where no derivative is asked for.
fn filled(flow: &mut Flow, operands: &[NodeId], found: Vec<Option<NodeId>>) -> Vec<Option<NodeId>> {
    let mut filled = Vec::with_capacity(found.len());
    for (operand, found) in operands.iter().zip(found) {
        let asked = flow.is_active(*operand);
        let graph = flow.graph();
        let shape = graph.shape(*operand);
        filled.push(asked.then(|| or_zero(graph, found, &shape)));
    }
    filled
}
