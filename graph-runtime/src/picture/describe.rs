//! What generated code says of a graph: its nodes and edges, and where in a list of values theirs are.
//!
//! No part of the public interface. Invariant: a node's operands come before it, and every place is within the list.

use super::quantity::Kind;
use super::{Edge as Drawn, Node as Shown, Picture, Quantity};
use crate::Number;

/// Stands for no value.
pub const NONE: usize = usize::MAX;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An input.
    Input,
    /// Class labels.
    Labels,
    /// A constant, which belongs to one use.
    Constant,
    /// An operation.
    Operation,
    /// An operation whose value is true or false.
    Condition,
    /// Where an output leaves the graph.
    Output,
}

/// Role, label, name, value, adjoint, and the edges from its operands.
pub struct Node(
    pub Role,
    pub &'static str,
    pub &'static str,
    pub usize,
    pub usize,
    pub &'static [Edge],
);

/// From which node, the gradient that flows back, the local derivative in symbols, and its value.
pub struct Edge(pub usize, pub usize, pub &'static str, pub usize);

/// A number.
pub fn number<T: Number>(value: T) -> Quantity {
    Quantity::new(&[], std::iter::once(value.to_f64()))
}

/// A small array, row by row.
pub fn array<T: Number>(shape: &[usize], entries: &[T]) -> Quantity {
    Quantity::new(shape, entries.iter().map(|entry| entry.to_f64()))
}

/// An array of any size.
#[cfg(feature = "ndarray")]
#[allow(clippy::needless_pass_by_value)] // Generated code gives away what it has made for this.
pub fn entries<T: Number, D: ndarray::Dimension>(array: ndarray::Array<T, D>) -> Quantity {
    Quantity::new(array.shape(), array.iter().map(|entry| entry.to_f64()))
}

/// The picture of a description and the values it refers to.
pub fn draw(nodes: &[Node], values: &[Quantity]) -> Picture {
    let value = |place: usize| values.get(place).cloned();
    let mut picture = Picture {
        nodes: Vec::new(),
        edges: Vec::new(),
    };
    for (to, Node(role, label, name, of, adjoint, edges)) in nodes.iter().enumerate() {
        let kind = match role {
            Role::Condition => Kind::Condition,
            Role::Labels => Kind::Labels,
            _ => Kind::Number,
        };
        let from_source = edges.first().filter(|_| *role == Role::Output);
        let copied = from_source.map(|edge| picture.nodes[edge.0].value.clone());
        let own = || value(*of).unwrap_or_else(|| Quantity::new(&[], std::iter::once(f64::NAN)));
        picture.nodes.push(Shown {
            role: *role,
            label: (*label).to_owned(),
            name: (!name.is_empty()).then(|| (*name).to_owned()),
            value: copied.unwrap_or_else(|| own().of_kind(kind)),
            gradient: value(*adjoint),
        });
        picture.edges.extend(
            edges
                .iter()
                .map(|Edge(from, gradient, symbol, partial)| Drawn {
                    from: *from,
                    to,
                    gradient: value(*gradient),
                    symbol,
                    partial: value(*partial).and_then(|partial| partial.number()),
                }),
        );
    }
    picture
}
