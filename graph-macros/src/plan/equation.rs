//! The right side of a differential equation: products with its partial derivatives by the state, and by the other inputs.
//!
//! Invariant: each body computes one product and nothing else. What is not asked for, the value of the right side among it,
//! is no step of it, and an input that is held has no tangent.

use super::{adjoints_of, outputs, tangents_along};
use crate::builder::Builder;
use crate::graph::{Graph, NodeId};
use crate::unit::{Input, Slot, Unit};

/// The products that solvers ask for.
pub struct Equation<B> {
    pub state: Products<B>,
    /// Where there are such inputs.
    pub coefficients: Option<Products<B>>,
}

/// A matrix of partial derivatives times a vector, and the transposed matrix times a vector.
pub struct Products<B> {
    pub along: B,
    pub back: B,
}

impl<B> Equation<B> {
    /// Where it is asked for; `whole` makes a body of groups of nodes.
    pub(super) fn of(
        unit: &Unit,
        whole: impl Fn(&Graph, usize, Vec<Vec<NodeId>>) -> B,
    ) -> Option<Equation<B>> {
        let primal = unit.graph.len();
        let finished = |(graph, result): (Builder, _)| whole(&graph, primal, vec![result]);
        let products = |slots: &[&Slot]| {
            let inputs = slots.iter().flat_map(|slot| unit.active_leaves(slot));
            let inputs: Vec<&Input> = inputs.map(|leaf| &unit.inputs[leaf]).collect();
            Products {
                along: finished(along(unit, &inputs)),
                back: finished(back(unit, &inputs)),
            }
        };
        unit.ode.then(|| {
            let coefficients = unit.coefficients();
            Equation {
                state: products(&[unit.state()]),
                coefficients: (!coefficients.is_empty()).then(|| products(&coefficients)),
            }
        })
    }
}

fn along(unit: &Unit, inputs: &[&Input]) -> (Builder, Vec<NodeId>) {
    let mut graph = unit.graph.clone();
    let result = tangents_along(&mut graph, inputs, unit.inputs.len(), &outputs(unit));
    (graph, result)
}

fn back(unit: &Unit, inputs: &[&Input]) -> (Builder, Vec<NodeId>) {
    let mut graph = unit.graph.clone();
    let sources = inputs.iter().flat_map(|input| input.nodes.clone());
    let result = adjoints_of(&mut graph, unit, &sources.collect::<Vec<_>>());
    (graph, result)
}
