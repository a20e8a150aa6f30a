//! Second derivatives: forward mode over the gradient that reverse mode has appended to the same graph.
//!
//! Invariant: of a Hessian only the lower triangle is differentiated, and each entry above the diagonal is the very node below
//! it, so the matrix is symmetric to the last bit. Rows share whatever they have in common, as all nodes do.
//! `hvp` along one input is a column of it: an input whose tangent is 0 at run time is left out as the column leaves it out
//! (`transform::motion`). Where the order of differentiation matters, as it does at corners only, the matrix has the lower entry.

use super::{Derived, ScalarBody, guarded_body, sources, tangents_of, zeros};
use crate::builder::Builder;
use crate::graph::NodeId;
use crate::transform::jvp;
use crate::unit::Unit;

/// The value, the gradient, and a group for each row of the Hessian.
pub(super) fn hessian(unit: &Unit, derived: &Derived) -> ScalarBody {
    let (mut graph, gradient) = (derived.graph.clone(), derived.gradient.clone());
    let columns: Vec<Vec<NodeId>> = (0..gradient.len())
        .map(|column| below(&mut graph, unit, &gradient, column))
        .collect();
    let entry = |row: usize, column: usize| columns[row.min(column)][row.abs_diff(column)];
    let count = gradient.len();
    let mut groups = vec![value(unit), gradient];
    groups.extend((0..count).map(|row| (0..count).map(|column| entry(row, column)).collect()));
    guarded_body(&graph, unit.graph.len(), &groups)
}

/// A column of the Hessian from the diagonal down: the gradient's change along one input.
fn below(graph: &mut Builder, unit: &Unit, gradient: &[NodeId], column: usize) -> Vec<NodeId> {
    let one = graph.number(1.0);
    let adjoints = &gradient[column..];
    let entries = jvp::append(graph, &[(sources(unit)[column], one)], adjoints);
    zeros(graph, entries, adjoints)
}

/// The value, the gradient, and the gradient's change along a direction.
pub(super) fn hvp(unit: &Unit, derived: &Derived) -> ScalarBody {
    let (mut graph, gradient) = (derived.graph.clone(), derived.gradient.clone());
    let product = tangents_of(&mut graph, unit, unit.inputs.len(), &gradient);
    guarded_body(&graph, unit.graph.len(), &[value(unit), gradient, product])
}

/// The output, which is one number.
fn value(unit: &Unit) -> Vec<NodeId> {
    unit.outputs[0].nodes.clone()
}
