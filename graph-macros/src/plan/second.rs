//! Second derivatives: forward mode over the gradient that reverse mode has appended to the same graph.
//!
//! Invariant: of a Hessian only the lower triangle is differentiated where slopes are finite, and each entry above the diagonal is
//! the very node below it, so the matrix is symmetric to the last bit. Rows share whatever they have in common, as all nodes do.
//! Where a slope is singular, the order of differentiation can matter; then an entry is what is no number in either order, so that
//! the order of inputs does not decide which entries are finite. `hvp` along one input has one order: an input whose tangent is 0 at
//! run time is left out as the column leaves it out (`transform::motion`).

use super::{Derived, ScalarBody, guarded_body, sources, tangents_of, zeros};
use crate::builder::Builder;
use crate::graph::NodeId;
use crate::rules::rows;
use crate::transform::jvp;
use crate::unit::Unit;

/// The value, the gradient, and a group for each row of the Hessian.
pub(super) fn hessian(unit: &Unit, derived: &Derived) -> ScalarBody {
    let (mut graph, gradient) = (derived.graph.clone(), derived.gradient.clone());
    let count = gradient.len();
    let below = triangle(&mut graph, unit, &gradient).into_iter();
    let below: Vec<Vec<NodeId>> = below
        .enumerate()
        .map(|(column, entries)| zeros(&mut graph, entries, &gradient[column..]))
        .collect();
    let entry = |row: usize, column: usize| below[row.min(column)][row.abs_diff(column)];
    let mut groups = vec![value(unit), gradient];
    groups.extend((0..count).map(|row| (0..count).map(|column| entry(row, column)).collect()));
    guarded_body(&graph, unit.graph.len(), &groups)
}

/// The lower triangle column by column, each from the diagonal on; none where an entry is structurally zero.
pub(super) fn triangle(
    graph: &mut Builder,
    unit: &Unit,
    gradient: &[NodeId],
) -> Vec<Vec<Option<NodeId>>> {
    let count = gradient.len();
    let column = |graph: &mut Builder, column| change(graph, unit, &gradient[column..], column);
    let mut below: Vec<Vec<Option<NodeId>>> = (0..count).map(|at| column(graph, at)).collect();
    for row in 1..count {
        let is_singular = |column: usize| {
            let entry = below[column][row - column];
            entry.is_some_and(|entry| graph.node(entry).singular)
        };
        let singular: Vec<usize> = (0..row).filter(|at| is_singular(*at)).collect();
        let others: Vec<NodeId> = singular.iter().map(|column| gradient[*column]).collect();
        let above = change(graph, unit, &others, row);
        let above = zeros(graph, above, &others);
        for (column, above) in singular.into_iter().zip(above) {
            let entry = &mut below[column][row - column];
            *entry = entry.map(|entry| of_both(graph, entry, above));
        }
    }
    below
}

/// The change of some adjoints along one input.
fn change(
    graph: &mut Builder,
    unit: &Unit,
    adjoints: &[NodeId],
    input: usize,
) -> Vec<Option<NodeId>> {
    let one = graph.number(1.0);
    jvp::append(graph, &[(sources(unit)[input], one)], adjoints)
}

/// An entry by both orders of differentiation: the first, unless the other one is infinite or undefined.
fn of_both(graph: &mut Builder, entry: NodeId, other: NodeId) -> NodeId {
    if entry == other {
        return entry;
    }
    let infinity = graph.number(f64::INFINITY);
    let size = graph.call(rows::abs, &[other]);
    let is_finite = graph.call(rows::less, &[size, infinity]);
    let sum = graph.call(rows::add, &[entry, other]);
    let chosen = graph.select(is_finite, entry, sum);
    graph.set_about_zeros(chosen);
    chosen
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
