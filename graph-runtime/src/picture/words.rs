//! What nodes are called in sentences, and operations as a person writes them.
//!
//! Invariant: every node has a name, no two values share one, and a name the user gave is kept.

use std::collections::HashSet;

use super::describe::Role;
use super::quantity::as_printed;
use super::{Edge, Node, Picture};

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
        [base, labels] if matches!(label, "[labels]" | "[…]") => {
            format!("{}[{labels}]", guarded(base))
        }
        several if label == "[ ]" => format!("[{}]", several.join(", ")),
        [condition, yes, no] if label == "if" => {
            format!("if {condition} {{ {yes} }} else {{ {no} }}")
        }
        several if is_loop(label) => format!("{label} of {}", several.join(", ")),
        several => match label.split_once(", axis ") {
            Some((name, axis)) => format!("{name}({}, axis = {axis})", several.join(", ")),
            None => format!("{label}({})", several.join(", ")),
        },
    }
}

/// Whether a label is that of a loop, `fold(h, k in 0..n)`.
pub fn is_loop(label: &str) -> bool {
    label.starts_with("fold(") || label.starts_with("scan(")
}

/// A negative number in parentheses.
pub fn guarded(word: &str) -> String {
    if word.starts_with('-') {
        format!("({word})")
    } else {
        word.to_owned()
    }
}

/// A symbol of the rule table: text with places in it.
pub struct Template<'t>(Vec<Piece<'t>>);

#[derive(Clone, Copy, PartialEq)]
enum Piece<'t> {
    Text(&'t str),
    /// `{0}`, the first operand.
    Operand(usize),
    /// `{y}`.
    Result,
    /// `{s}`, the seed.
    Seed,
    /// `{=0.5}`.
    Number(&'t str),
}

impl<'t> Template<'t> {
    /// Reads a symbol once, so that nothing that is put into its places is taken for a place.
    pub fn of(symbol: &'t str) -> Template<'t> {
        let mut pieces = Vec::new();
        let mut rest = symbol;
        while let Some((before, (inside, after))) = rest
            .split_once('{')
            .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            pieces.push(Piece::Text(before));
            pieces.push(match inside {
                "y" => Piece::Result,
                "s" => Piece::Seed,
                _ => match inside.strip_prefix('=') {
                    Some(number) => Piece::Number(number),
                    None => Piece::Operand(inside.parse().expect("the place of an operand")),
                },
            });
            rest = after;
        }
        pieces.push(Piece::Text(rest));
        Template(pieces)
    }

    /// Whether it says what a seed becomes, rather than a local derivative.
    pub fn has_seed(&self) -> bool {
        self.0.contains(&Piece::Seed)
    }

    /// With names in its places.
    pub fn filled(&self, operands: &[String], result: &str, seed: &str) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => (*text).to_owned(),
            Piece::Operand(at) => operands.get(*at).map_or_else(String::new, |it| guarded(it)),
            Piece::Result => result.to_owned(),
            Piece::Seed => seed.to_owned(),
            Piece::Number(number) => as_printed(number),
        };
        self.0.iter().map(piece).collect()
    }
}

/// What a node says in a drawing. A constant that is not a literal says its value, and what it is to the node that uses it.
pub fn drawn(picture: &Picture, at: usize) -> String {
    let node = &picture.nodes[at];
    if node.role == Role::Constant {
        let part = picture.uses(at).find_map(|edge| part(picture, edge));
        let part = part.map_or_else(String::new, |part| format!("{part}: "));
        return match node.value.to_string() {
            value if value == node.label => part + &value,
            value if value.is_empty() => part + &node.label,
            value => format!("{part}{} = {value}", node.label),
        };
    }
    match node.label.as_str() {
        "*" => "×".to_owned(),
        "-" => "−".to_owned(),
        label => label.to_owned(),
    }
}

/// What an operand is to the node that uses it, where its place says more than its value does.
pub fn part(picture: &Picture, edge: &Edge) -> Option<&'static str> {
    let node = &picture.nodes[edge.to];
    if node.role != Role::Operation || node.label != "if" {
        return None;
    }
    let mut operands = picture.operands(edge.to);
    let place = operands.position(|operand| std::ptr::eq(operand, edge))?;
    ["condition", "then", "else"].get(place).copied()
}
