//! What generated code says of a graph: one text that names its nodes and edges, and where in a list of values theirs are.
//!
//! The first line is the title, each other line a node: role, label, name, value and adjoint, then for each operand the node it
//! comes from, the gradient that flows back, the local derivative in symbols, and its value; tabs stand between. A value is
//! written as its place: `7` is a number, `7 2 3` an array of 2 × 3 from there on, and nothing is no value. One text, because a
//! graph of thousands of nodes would be thousands of expressions for rustc to look at.
//!
//! Behind the nodes come the loops that carry values: a line with the loop in whose step it is, if it is in one, with the place
//! of its node there and its title, and a line for each node of its step: role, label and name, then for each operand the node it comes
//! from, whether something flows back, and the local derivative in symbols. What is outside has as its label the place among the operands
//! of the loop's node.
//!
//! No part of the public interface. Invariant: a node's operands come before it, and every place is within the list; the macro
//! has written both, so anything else is a mistake of it and panics.

use super::quantity::{Kind, as_printed};
use super::{Edge, Loop, Node, Picture, Quantity, words};
use crate::Number;

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
    /// What a step of a loop finds of a value that is carried.
    State,
    /// The index of a loop.
    Index,
}

/// An array of any size.
#[cfg(feature = "ndarray")]
#[allow(clippy::needless_pass_by_value)] // Generated code gives away what it has made for this.
pub fn entries<T: Number, D: ndarray::Dimension>(array: ndarray::Array<T, D>) -> Quantity {
    Quantity::new(array.shape(), array.iter().map(|entry| entry.to_f64()))
}

/// A number among arrays of any size.
#[cfg(feature = "ndarray")]
pub fn number<T: Number>(value: T) -> Quantity {
    Quantity::new(&[], std::iter::once(value.to_f64()))
}

/// The picture of a graph of numbers and small arrays: the entries of all values, one after the other.
pub fn draw<T: Number>(description: &'static str, values: &[T]) -> Picture {
    picture(description, |place| {
        let mut words = place.split(' ').map(natural);
        let first = words.next().unwrap_or(0);
        let shape: Vec<usize> = words.collect();
        let entries = &values[first..first + shape.iter().product::<usize>()];
        Quantity::new(&shape, entries.iter().map(|entry| entry.to_f64()))
    })
}

/// The picture of a graph of arrays of any size.
pub fn draw_arrays(description: &'static str, values: &[Quantity]) -> Picture {
    picture(description, |place| values[natural(place)].clone())
}

fn picture(description: &'static str, value: impl Fn(&str) -> Quantity) -> Picture {
    let mut lines = description.lines().peekable();
    let title = lines.next().unwrap_or_default().to_owned();
    let (mut nodes, mut edges): (Vec<Node>, Vec<Edge>) = (Vec::new(), Vec::new());
    let some = |place: &str| (!place.is_empty()).then(|| value(place));
    let is_of_whole = |line: &&'static str| !line.starts_with("loop\t");
    let of_whole = std::iter::from_fn(|| lines.next_if(is_of_whole));
    for (to, line) in of_whole.enumerate() {
        let fields: Vec<&'static str> = line.split('\t').collect();
        let [role, label, name, of, adjoint, operands @ ..] = fields.as_slice() else {
            panic!("a node has five fields at least: `{line}`");
        };
        let role = role_named(role);
        nodes.push(Node {
            role,
            label: label_shown(role, label),
            name: (!name.is_empty()).then(|| (*name).to_owned()),
            value: value(of).of_kind(kind(role)),
            gradient: some(adjoint),
        });
        for operand in operands.chunks(4) {
            let &[from, gradient, symbol, partial] = operand else {
                panic!("an operand has four fields: `{line}`");
            };
            edges.push(Edge {
                from: natural(from),
                to,
                gradient: some(gradient),
                symbol,
                partial: some(partial).and_then(|partial| partial.number()),
            });
        }
    }
    // An output shows what its source shows.
    for edge in &edges {
        if nodes[edge.to].role == Role::Output {
            nodes[edge.to].value = nodes[edge.from].value.clone();
        }
    }
    let mut picture = Picture::new(title, nodes, edges);
    while let Some(head) = lines.next() {
        let of_step = std::iter::from_fn(|| lines.next_if(is_of_whole));
        let of = steps(&picture, head, of_step);
        picture.loops.push(of);
    }
    picture
}

/// A loop that carries values, where those around it are there already.
fn steps(picture: &Picture, head: &'static str, lines: impl Iterator<Item = &'static str>) -> Loop {
    let fields: Vec<&'static str> = head.split('\t').collect();
    let &[_, within, place, title] = fields.as_slice() else {
        panic!("a loop has four fields: `{head}`");
    };
    let around = match within {
        "" => picture,
        at => &picture.loops[natural(at)].step,
    };
    let names = words::names(around);
    let outside: Vec<&String> = around
        .operands(natural(place))
        .map(|edge| &names[edge.from])
        .collect();
    let (mut nodes, mut edges): (Vec<Node>, Vec<Edge>) = (Vec::new(), Vec::new());
    for (to, line) in lines.enumerate() {
        let fields: Vec<&'static str> = line.split('\t').collect();
        let [role, label, name, operands @ ..] = fields.as_slice() else {
            panic!("a node of a step has three fields at least: `{line}`");
        };
        let (role, label) = match *role {
            "state" => (Role::State, (*label).to_owned()),
            "next" => (Role::Output, format!("next {label}")),
            "outside" => (Role::Input, outside[natural(label)].clone()),
            "index" => (Role::Index, (*label).to_owned()),
            role => {
                let role = role_named(role);
                (role, label_shown(role, label))
            }
        };
        for operand in operands.chunks(3) {
            let &[from, back, symbol] = operand else {
                panic!("an operand has three fields: `{line}`");
            };
            edges.push(Edge {
                from: natural(from),
                to,
                gradient: (!back.is_empty()).then(Quantity::of_steps),
                symbol,
                partial: None,
            });
        }
        nodes.push(Node {
            role,
            label,
            name: (!name.is_empty()).then(|| (*name).to_owned()),
            value: Quantity::of_steps(),
            gradient: None,
        });
    }
    // Where something flows back from, something has arrived.
    for edge in edges.iter().filter(|edge| edge.gradient.is_some()) {
        nodes[edge.from].gradient = Some(Quantity::of_steps());
        nodes[edge.to].gradient = Some(Quantity::of_steps());
    }
    Loop {
        step: Picture::new(title.to_owned(), nodes, edges),
    }
}

fn natural(word: &str) -> usize {
    word.parse()
        .unwrap_or_else(|_| panic!("`{word}` is no place"))
}

fn role_named(word: &str) -> Role {
    match word {
        "input" => Role::Input,
        "labels" => Role::Labels,
        "constant" => Role::Constant,
        "operation" => Role::Operation,
        "condition" => Role::Condition,
        "output" => Role::Output,
        _ => panic!("`{word}` is no role"),
    }
}

fn kind(role: Role) -> Kind {
    match role {
        Role::Condition => Kind::Condition,
        Role::Labels => Kind::Labels,
        _ => Kind::Number,
    }
}

/// Numbers in labels, a literal or the exponent of a power, print as all others do.
fn label_shown(role: Role, label: &str) -> String {
    match label.strip_prefix('^') {
        Some(exponent) => format!("^{}", as_printed(exponent)),
        None if role == Role::Constant => as_printed(label),
        None => label.to_owned(),
    }
}
