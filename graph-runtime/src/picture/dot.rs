//! The picture in the language of Graphviz.
//!
//! Invariant: every label is escaped, so that any name and any constant is read as text.

use std::fmt::Write;

use super::describe::Role;
use super::{Edge, Picture, words};

pub fn written(picture: &Picture) -> String {
    let mut dot = String::from(
        "digraph {\n  rankdir=LR\n  node [shape=ellipse, fontname=\"monospace\"]\n  edge [fontname=\"monospace\", dir=both]\n",
    );
    for (at, node) in picture.nodes.iter().enumerate() {
        let shape = match node.role {
            Role::Input | Role::Labels | Role::Output => ", shape=box",
            Role::Constant => ", shape=plaintext",
            _ => "",
        };
        let _ = writeln!(
            dot,
            "  n{at} [label=\"{}\"{shape}]",
            quoted(&words::drawn(node))
        );
    }
    for edge in &picture.edges {
        let direction = if edge.gradient.is_none() {
            ", dir=forward"
        } else {
            ""
        };
        let _ = writeln!(
            dot,
            "  n{} -> n{} [label=<{}>{direction}]",
            edge.from,
            edge.to,
            label(picture, edge)
        );
    }
    dot.push_str("}\n");
    dot
}

/// Value and, in the second colour, gradient, a line each.
fn label(picture: &Picture, edge: &Edge) -> String {
    let mut lines: Vec<String> = super::svg::value_lines(picture, edge)
        .iter()
        .map(|line| escaped(line))
        .collect();
    for line in edge.gradient.iter().flat_map(super::Quantity::lines) {
        lines.push(format!("<font color=\"#e8590c\">{}</font>", escaped(&line)));
    }
    lines.join("<br/>")
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Text as XML has it.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
