//! The chain rule in words: forward, then backward node by node.
//!
//! Invariant: every number is one that the picture shows, so a reader can follow it from line to line.

use std::fmt::Write;

use super::describe::Role;
use super::quantity::four_digits;
use super::words::{self, filled, formula, guarded};
use super::{Edge, Node, Picture};

pub fn written(picture: &Picture) -> String {
    let explained = Explained {
        picture,
        names: words::names(picture),
    };
    [
        explained.forward(),
        explained.backward(),
        explained.gradient(),
    ]
    .concat()
}

struct Explained<'p> {
    picture: &'p Picture,
    names: Vec<String>,
}

impl Explained<'_> {
    fn operations(&self) -> impl DoubleEndedIterator<Item = (usize, &Node)> {
        let nodes = self.picture.nodes.iter().enumerate();
        nodes.filter(|(_, node)| matches!(node.role, Role::Operation | Role::Condition))
    }

    fn operand_names(&self, node: usize) -> Vec<String> {
        self.picture
            .operands(node)
            .map(|edge| self.names[edge.from].clone())
            .collect()
    }

    /// `t1 = x + y`.
    fn definition(&self, at: usize, node: &Node) -> String {
        format!(
            "{} = {}",
            self.names[at],
            formula(&node.label, &self.operand_names(at))
        )
    }

    fn forward(&self) -> String {
        let mut text = String::from("Forward\n");
        for (at, node) in self.operations() {
            let values: Option<Vec<String>> = self
                .picture
                .operands(at)
                .map(|edge| {
                    let value = &self.picture.nodes[edge.from].value;
                    value.shape().is_empty().then(|| value.to_string())
                })
                .collect();
            let inserted = values.filter(|_| node.role == Role::Operation);
            let inserted = inserted.map(|values| format!(" = {}", formula(&node.label, &values)));
            let _ = writeln!(
                text,
                "  {}{} = {}",
                self.definition(at, node),
                inserted.unwrap_or_default(),
                node.value
            );
        }
        text
    }

    fn backward(&self) -> String {
        let outputs = self
            .picture
            .nodes
            .iter()
            .filter(|node| node.role == Role::Output);
        let seeds: Vec<String> = outputs
            .filter_map(|node| Some(format!("∂L/∂{} = {}", node.label, node.gradient.as_ref()?)))
            .collect();
        let plural = if seeds.len() == 1 { "seed" } else { "seeds" };
        let mut text = format!("\nBackward, from the {plural} {}\n", seeds.join(", "));
        for (at, node) in self.operations().rev() {
            if let Some(gradient) = &node.gradient {
                let _ = writeln!(
                    text,
                    "  {}, where ∂L/∂{} = {}{gradient} arrives",
                    self.definition(at, node),
                    self.names[at],
                    self.sum_over_uses(at)
                );
                text.push_str(&self.steps(at, &gradient.to_string()));
            }
        }
        text
    }

    /// One line an operand: the local derivative, and what flows back.
    fn steps(&self, at: usize, seed: &str) -> String {
        let operands = self.operand_names(at);
        let edges = self
            .picture
            .operands(at)
            .filter(|edge| edge.gradient.is_some());
        let lines: Vec<(String, String)> =
            edges.map(|edge| self.step(edge, &operands, seed)).collect();
        let width = lines
            .iter()
            .map(|(local, _)| local.chars().count())
            .max()
            .unwrap_or(0)
            .max(22);
        let line =
            |(local, product): &(String, String)| format!("    {local:<width$}   {product}\n");
        lines.iter().map(line).collect()
    }

    fn step(&self, edge: &Edge, operands: &[String], seed: &str) -> (String, String) {
        let (of, by) = (&self.names[edge.to], &self.names[edge.from]);
        let arriving = format!("∂L/∂{of}");
        let symbol = filled(edge.symbol, operands, of, &arriving);
        let gradient = edge.gradient.as_ref();
        let found = gradient.map_or_else(String::new, ToString::to_string);
        let (mut local, mut product) = (format!("∂{of}/∂{by}"), format!("to {by}: "));
        if edge.symbol.contains("{s}") {
            let _ = write!(product, "{symbol} = ");
        } else if !symbol.is_empty() {
            let whole = if symbol.contains(", ") {
                bracketed(&symbol)
            } else {
                symbol.clone()
            };
            let _ = write!(local, " = {whole}");
        }
        let number = edge.partial.map(four_digits);
        match number {
            Some(number) => {
                if number != symbol && !edge.symbol.contains("{s}") {
                    let _ = write!(local, " = {number}");
                }
                let _ = write!(product, "{seed} · {} = ", guarded(&number));
            }
            None if !symbol.is_empty() && !edge.symbol.contains("{s}") => {
                let _ = write!(product, "{arriving} · {} = ", bracketed(&symbol));
            }
            None => {}
        }
        product.push_str(&found);
        let stays_zero = edge.partial.is_some_and(|partial| !partial.is_finite())
            && gradient.and_then(super::Quantity::number) == Some(0.0);
        if stays_zero {
            product.push_str(" (a seed of zero stays zero)");
        }
        (local, product)
    }

    /// `4 + 2 = `, where more than one use flows back.
    fn sum_over_uses(&self, at: usize) -> String {
        let found = self
            .picture
            .uses(at)
            .filter_map(|edge| edge.gradient.as_ref());
        let numbers: Vec<String> = found
            .map(|gradient| {
                let text = gradient
                    .number()
                    .map_or_else(|| format!("({gradient})"), four_digits);
                guarded(&text)
            })
            .collect();
        match numbers.len() {
            0 | 1 => String::new(),
            _ => format!("{} = ", numbers.join(" + ")),
        }
    }

    fn gradient(&self) -> String {
        let mut text = String::from("\nGradient\n");
        for (at, node) in self.picture.nodes.iter().enumerate() {
            if let (Role::Input, Some(gradient)) = (node.role, &node.gradient) {
                let _ = writeln!(
                    text,
                    "  ∂L/∂{} = {}{gradient}",
                    self.names[at],
                    self.sum_over_uses(at)
                );
            }
        }
        text
    }
}

/// In parentheses, unless it is a name, a number or a product.
fn bracketed(symbol: &str) -> String {
    let loose = [" + ", " - ", " / ", ", "]
        .iter()
        .any(|sign| symbol.contains(sign));
    if loose || symbol.starts_with('-') {
        format!("({symbol})")
    } else {
        symbol.to_owned()
    }
}
