//! The description that generated code hands to the runtime.
//!
//! Invariant: a node's operands come before it, and each value is computed once however often it is shown.

use std::collections::BTreeMap;

use super::shown::Shown;
use super::{Derivatives, DrawnEdge, DrawnNode, Picture, Role, bodies, symbols};
use crate::builder::Builder;
use crate::graph::{self, Kind, NodeId, Op};
use crate::hash::Map;
use crate::plan::outputs;
use crate::unit::Unit;

pub struct Draw {
    picture: Picture,
    derivatives: Map<NodeId, Derivatives>,
    /// Where each node of the graph is in the picture.
    places: Map<NodeId, usize>,
    /// Where each value is in the list of values.
    positions: Map<NodeId, usize>,
}

impl Draw {
    pub fn new(graph: Builder, derivatives: Map<NodeId, Derivatives>) -> Draw {
        Draw {
            picture: Picture {
                nodes: Vec::new(),
                values: Vec::new(),
                graph,
                loops: Vec::new(),
            },
            derivatives,
            places: Map::default(),
            positions: Map::default(),
        }
    }

    pub fn all(
        mut self,
        unit: &Unit,
        shown: &BTreeMap<NodeId, Shown>,
        seeds: &[NodeId],
    ) -> Picture {
        for (id, shown) in shown {
            self.node(unit, *id, shown);
        }
        for ((output, of), seed) in unit.outputs.iter().zip(outputs(unit)).zip(seeds) {
            let active = self
                .derivatives
                .get(&of)
                .is_some_and(|found| found.adjoint.is_some());
            let from = self.operand(of);
            let gradient = active.then(|| self.value(*seed));
            let edge = DrawnEdge {
                from,
                gradient,
                symbol: String::new(),
                partial: None,
            };
            let value = self.picture.nodes[from].value;
            self.picture.nodes.push(DrawnNode {
                role: Role::Output,
                label: output.label.clone(),
                name: None,
                value,
                adjoint: gradient,
                edges: vec![edge],
            });
        }
        self.picture.loops = bodies::all(unit.one_turn.as_ref(), shown, |id| {
            let edges = &self.picture.nodes[self.places[&id]].edges;
            let active = edges.iter().map(|edge| edge.gradient.is_some());
            (self.places[&id], active.collect())
        });
        self.picture
    }

    fn node(&mut self, unit: &Unit, id: NodeId, shown: &Shown) {
        let node = unit.graph.node(id);
        let role = match (&node.op, node.kind) {
            (Op::Input { .. }, Kind::Labels) => Role::Labels,
            (Op::Input { .. }, _) => Role::Input,
            (_, Kind::Condition) => Role::Condition,
            _ if shown.operands.is_empty() => Role::Constant,
            _ => Role::Operation,
        };
        let is_input = matches!(role, Role::Input | Role::Labels);
        let label = match node.op {
            Op::Input { input, .. } => unit.inputs[input.0].label.clone(),
            _ => shown.label.clone(),
        };
        let edges = self.edges(node, id, shown);
        let adjoint = self.derivatives.get(&id).and_then(|found| found.adjoint);
        let described = DrawnNode {
            role,
            label,
            name: node.name.clone().filter(|_| !is_input),
            value: self.shown_value(id),
            adjoint: adjoint.map(|adjoint| self.value(adjoint)),
            edges,
        };
        self.places.insert(id, self.picture.nodes.len());
        self.picture.nodes.push(described);
    }

    fn edges(&mut self, node: &graph::Node, id: NodeId, shown: &Shown) -> Vec<DrawnEdge> {
        let mut edges = Vec::with_capacity(shown.operands.len());
        for (at, operand) in shown.operands.iter().enumerate() {
            let from = self.operand(*operand);
            let found = self.derivatives.get(&id);
            let of = |list: fn(&Derivatives) -> &Vec<Option<NodeId>>| {
                found.and_then(|found| list(found).get(at).copied().flatten())
            };
            let (gradient, partial) = (
                of(|found| &found.contributions),
                of(|found| &found.partials),
            );
            let symbol = gradient.map(|_| symbols::local(shown, node, at));
            edges.push(DrawnEdge {
                from,
                gradient: gradient.map(|gradient| self.value(gradient)),
                symbol: symbol.unwrap_or_default(),
                partial: partial.map(|partial| self.value(partial)),
            });
        }
        edges
    }

    /// An operand's place. Constants are small nodes of their own, one a use.
    fn operand(&mut self, id: NodeId) -> usize {
        if let Some(place) = self.places.get(&id) {
            return *place;
        }
        let Some(constant) = self.picture.graph.constant(id) else {
            unreachable!("an operand is shown before, or is a literal: {id:?}")
        };
        let number = self.picture.graph.number(constant);
        let value = self.value(number);
        self.picture.nodes.push(DrawnNode {
            role: Role::Constant,
            label: symbols::number(constant),
            name: None,
            value,
            adjoint: None,
            edges: Vec::new(),
        });
        self.picture.nodes.len() - 1
    }

    fn value(&mut self, id: NodeId) -> usize {
        let values = &mut self.picture.values;
        *self.positions.entry(id).or_insert_with(|| {
            values.push(id);
            values.len() - 1
        })
    }

    /// The value to show for a node: a condition is 1 where it holds.
    fn shown_value(&mut self, id: NodeId) -> usize {
        let graph = &mut self.picture.graph;
        if graph.node(id).kind != Kind::Condition {
            return self.value(id);
        }
        let shape = graph.shape(id);
        let (one, zero) = (graph.number(1.0), graph.number(0.0));
        let (one, zero) = (graph.spread(one, &shape), graph.spread(zero, &shape));
        let chosen = graph.select(id, one, zero);
        self.value(chosen)
    }
}
