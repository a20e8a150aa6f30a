//! What nodes are called in sentences, and operations as a person writes them.
//!
//! Invariant: every node has a name, no two values share one, and a name the user gave is kept.

use std::collections::HashSet;

use super::describe::Role;
use super::{Node, Picture};

/// The name of every node: the user's, a constant's value, or `t1`, `t2`, ….
pub fn names(picture: &Picture) -> Vec<String> {
    let taken: HashSet<&str> = picture.nodes.iter().filter_map(Node::name).collect();
    let numbered = (1..).map(|number| format!("t{number}"));
    let mut fresh = numbered.filter(|name| !taken.contains(name.as_str()));
    let mut name = |node: &Node| match node.role {
        Role::Constant | Role::Output => node.label.clone(),
        _ => node
            .name()
            .map(str::to_owned)
            .or_else(|| fresh.next())
            .unwrap_or_default(),
    };
    picture.nodes.iter().map(&mut name).collect()
}

/// An operation on operands, as it is written in the language.
pub fn formula(label: &str, operands: &[String]) -> String {
    let is_sign = !label.is_empty() && label.chars().all(|sign| "+-*/@^<>=!&|".contains(sign));
    match operands {
        [] => label.to_owned(),
        [only] if is_sign => format!("{label}{}", guarded(only)),
        [left, right] if is_sign => format!("{} {label} {}", left, guarded(right)),
        [base] if label.starts_with(['^', '[', '.']) => format!("{}{label}", guarded(base)),
        several if label == "[ ]" => format!("[{}]", several.join(", ")),
        [condition, yes, no] if label == "if" => {
            format!("if {condition} {{ {yes} }} else {{ {no} }}")
        }
        several => match label.split_once(", axis ") {
            Some((name, axis)) => format!("{name}({}, axis = {axis})", several.join(", ")),
            None => format!("{label}({})", several.join(", ")),
        },
    }
}

/// A negative number in parentheses.
pub fn guarded(word: &str) -> String {
    if word.starts_with('-') {
        format!("({word})")
    } else {
        word.to_owned()
    }
}

/// A symbol of the rule table with names in its places: `{0}` an operand, `{y}` the result, `{s}` the seed.
pub fn filled(symbol: &str, operands: &[String], result: &str, seed: &str) -> String {
    let mut text = symbol.replace("{y}", result).replace("{s}", seed);
    for (at, operand) in operands.iter().enumerate() {
        text = text.replace(&format!("{{{at}}}"), &guarded(operand));
    }
    text
}

/// What a node says in a drawing. A constant that is not a literal says its value.
pub fn drawn(node: &Node) -> String {
    match node.label.as_str() {
        "*" => "×".to_owned(),
        "-" => "−".to_owned(),
        label if node.role == Role::Constant && label.parse::<f64>().is_err() => {
            format!("{label} = {}", node.value)
        }
        label => label.to_owned(),
    }
}
