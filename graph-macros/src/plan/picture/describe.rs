//! The description that generated code hands to the runtime.
//!
//! Invariant: a node's operands come before it, and each value is computed once however often it is shown.

use std::collections::{BTreeMap, HashMap};

use super::shown::Shown;
use super::{Derivatives, Edge, Node, Picture, Role, symbols};
use crate::graph::{Graph, Kind, NodeId, Op};
use crate::lower::Unit;
use crate::plan::outputs;
use crate::syntax::text;

pub struct Draw {
    picture: Picture,
    derivatives: HashMap<NodeId, Derivatives>,
    /// Where each node of the graph is in the picture.
    places: HashMap<NodeId, usize>,
    /// Where each value is in the list of values.
    positions: HashMap<NodeId, usize>,
}

impl Draw {
    pub fn new(graph: Graph, derivatives: HashMap<NodeId, Derivatives>) -> Draw {
        Draw {
            picture: Picture {
                nodes: Vec::new(),
                values: Vec::new(),
                graph,
            },
            derivatives,
            places: HashMap::new(),
            positions: HashMap::new(),
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
            let edge = Edge {
                from,
                gradient,
                symbol: String::new(),
                partial: None,
            };
            let value = self.picture.nodes[from].value;
            self.picture.nodes.push(Node {
                role: Role::Output,
                label: text(&output.name),
                name: None,
                value,
                adjoint: gradient,
                edges: vec![edge],
            });
        }
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
        let found = self.derivatives.remove(&id).unwrap_or_default();
        let edges = shown.operands.iter().enumerate().map(|(at, operand)| {
            let of = |list: &Vec<Option<NodeId>>| list.get(at).copied().flatten();
            let (gradient, partial) = (of(&found.contributions), of(&found.partials));
            let symbol = symbols::local(&mut self.picture.graph, shown, node, at);
            Edge {
                from: self.operand(*operand),
                gradient: gradient.map(|gradient| self.value(gradient)),
                symbol: gradient.map_or_else(String::new, |_| symbol),
                partial: partial.map(|partial| self.value(partial)),
            }
        });
        let edges: Vec<Edge> = edges.collect();
        let label = match (role, &node.name) {
            (Role::Input | Role::Labels, Some(name)) => name.to_string(),
            _ => shown.label.clone(),
        };
        let name = node
            .name
            .clone()
            .filter(|_| !matches!(role, Role::Input | Role::Labels));
        let value = self.shown_value(id);
        let adjoint = found.adjoint.map(|adjoint| self.value(adjoint));
        self.derivatives.insert(
            id,
            Derivatives {
                adjoint: found.adjoint,
                ..Derivatives::default()
            },
        );
        self.places.insert(id, self.picture.nodes.len());
        self.picture.nodes.push(Node {
            role,
            label,
            name,
            value,
            adjoint,
            edges,
        });
    }

    /// An operand's place. Constants are small nodes of their own, one a use.
    fn operand(&mut self, id: NodeId) -> usize {
        if let Some(place) = self.places.get(&id) {
            return *place;
        }
        let constant = self.picture.graph.constant(id).unwrap_or(f64::NAN);
        let number = self.picture.graph.number(constant);
        let value = self.value(number);
        self.picture.nodes.push(Node {
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
