//! The picture in the language of Graphviz.
//!
//! Invariant: every label is escaped, so that any name and any constant is read as text.

use std::fmt::Write;

use super::describe::Role;
use super::{Edge, Picture, words};

pub fn written(picture: &Picture) -> String {
    let mut dot = format!(
        "digraph \"{}\" {{\n  rankdir=LR\n  node [shape=ellipse, fontname=\"monospace\"]\n  \
         edge [fontname=\"monospace\", dir=both]\n",
        picture.title.replace('\\', "\\\\").replace('"', "\\\"")
    );
    dot.push_str(&nodes(picture, "n"));
    for (number, of) in picture.loops.iter().enumerate() {
        let title = of.title().replace('\\', "\\\\").replace('"', "\\\"");
        let _ = write!(
            dot,
            "  subgraph cluster{number} {{\n  label=\"{title}\"\n{}  }}\n",
            nodes(&of.step, &format!("s{number}_"))
        );
    }
    dot.push_str("}\n");
    dot
}

/// Nodes and edges, their names beginning so.
fn nodes(picture: &Picture, first: &str) -> String {
    let mut dot = String::new();
    for (at, node) in picture.nodes.iter().enumerate() {
        let shape = match node.role {
            Role::Input | Role::Labels | Role::Index | Role::Output => ", shape=box",
            Role::State => ", shape=box, peripheries=2",
            Role::Constant => ", shape=plaintext",
            _ => "",
        };
        let label = node_label(picture, at);
        let _ = writeln!(dot, "  {first}{at} [label=<{label}>{shape}]");
    }
    for edge in &picture.edges {
        let words = label(picture, edge);
        let mut attributes = Vec::new();
        if !words.is_empty() {
            attributes.push(format!("label=<{words}>"));
        }
        if edge.gradient.is_none() {
            attributes.push("dir=forward".to_owned());
        }
        let _ = writeln!(
            dot,
            "  {first}{} -> {first}{} [{}]",
            edge.from,
            edge.to,
            attributes.join(", ")
        );
    }
    dot
}

/// What the node says and, where its value goes several ways, the sum that comes back.
fn node_label(picture: &Picture, at: usize) -> String {
    let mut lines = vec![escaped(&words::drawn(picture, at))];
    if picture.branches(at) {
        lines.extend(
            super::svg::sum_lines(&picture.nodes[at])
                .iter()
                .map(|line| accented(line)),
        );
    }
    lines.join("<br/>")
}

/// Value and, in the second colour, gradient, a line each.
fn label(picture: &Picture, edge: &Edge) -> String {
    let values = super::svg::value_lines(picture, edge, true);
    let values = values.iter().map(|line| escaped(line));
    let gradients = edge.gradient.iter().flat_map(super::Quantity::lines);
    let lines: Vec<String> = values
        .chain(gradients.map(|line| accented(&line)))
        .collect();
    lines.join("<br/>")
}

fn accented(line: &str) -> String {
    format!("<font color=\"#c2410c\">{}</font>", escaped(line))
}

/// Text as XML has it.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
