//! Pictures: a function that computes every value and adjoint, and hands them to the runtime with a description.
//!
//! Invariant: the description is one text and the values are one list, so that a graph of thousands of nodes is two expressions
//! to rustc; and the generic function around them costs nothing until it is called. An inline graph's `Forward` keeps its inputs
//! for it, and computes nothing.

use crate::plan::picture::bodies::{BodyNode, BodyRole};
use crate::plan::picture::{Picture, Role};

/// What the runtime reads of a picture: a line per node, as the runtime's `picture::describe` says. `place` writes where a value is.
pub fn description(title: &str, picture: &Picture, place: impl Fn(usize) -> String) -> String {
    let mut description = field(title);
    let some = |value: Option<usize>| value.map_or_else(String::new, &place);
    for node in &picture.nodes {
        let (name, label) = (node.name.as_deref().unwrap_or_default(), field(&node.label));
        let (value, adjoint) = (place(node.value), some(node.adjoint));
        let head = [role(node.role), &label, &field(name), &value, &adjoint].join("\t");
        description.push('\n');
        description.push_str(&head);
        for edge in &node.edges {
            let (gradient, partial) = (some(edge.gradient), some(edge.partial));
            let from = edge.from.to_string();
            let fields = ["", &from, &gradient, &field(&edge.symbol), &partial];
            description.push_str(&fields.join("\t"));
        }
    }
    for of in &picture.loops {
        description.push('\n');
        let within = of.within.map_or_else(String::new, |at| at.to_string());
        let head = ["loop", &within, &of.place.to_string(), &field(&of.title)];
        description.push_str(&head.join("\t"));
        for node in &of.nodes {
            description.push('\n');
            description.push_str(&of_step(node));
        }
    }
    description
}

/// A node of a step, which has no values.
fn of_step(node: &BodyNode) -> String {
    let (role, label) = match node.role {
        BodyRole::State => ("state", field(&node.label)),
        BodyRole::Next => ("next", field(&node.label)),
        BodyRole::Outside(at) => ("outside", at.to_string()),
        BodyRole::Index => ("index", field(&node.label)),
        BodyRole::Of(of) => (role(of), field(&node.label)),
    };
    let name = field(node.name.as_deref().unwrap_or_default());
    let mut line = [role, &label, &name].join("\t");
    for edge in &node.edges {
        let from = edge.from.to_string();
        let back = if edge.is_active { "back" } else { "" };
        line.push_str(&["", &from, back, &field(&edge.symbol)].join("\t"));
    }
    line
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Input => "input",
        Role::Labels => "labels",
        Role::Constant => "constant",
        Role::Operation => "operation",
        Role::Condition => "condition",
        Role::Output => "output",
    }
}

/// Text without what parts fields and lines.
fn field(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// What documentation says of the function.
pub const DOCS: &str =
    "The graph with its values and gradients, to look at: see `picture::Picture` of the runtime.";
