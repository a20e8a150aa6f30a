//! Pictures: a function that computes every value and adjoint, and hands them to the runtime with a description.
//!
//! Invariant: the description is one text and the values are one list, so that a graph of thousands of nodes is two expressions
//! to rustc; and the generic function around them costs nothing until it is called. An inline graph's `Forward` keeps its inputs
//! for it, and computes nothing.

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
    description
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
