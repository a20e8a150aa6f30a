//! The chain rule in words: forward, then backward node by node.
//!
//! Invariant: every number is one that the picture shows, so a reader can follow it from line to line.

use std::fmt::Write;

use super::describe::Role;
use super::quantity::{as_printed, four_digits};
use super::words::{self, Template, formula, guarded};
use super::{Edge, Node, Picture, Quantity};

pub fn written(picture: &Picture) -> String {
    let explained = Explained::of(picture);
    let steps = picture
        .loops
        .iter()
        .map(|of| Explained::of(&of.step).steps_back());
    [
        explained.forward(),
        explained.backward(),
        steps.collect(),
        explained.gradient(),
    ]
    .concat()
}

/// The arithmetic of each node: its value as a formula with its numbers, its gradient as the sum of what comes back.
pub fn node_by_node(picture: &Picture) -> Vec<String> {
    let explained = Explained::of(picture);
    (0..picture.nodes.len())
        .map(|at| explained.arithmetic(at))
        .collect()
}

struct Explained<'p> {
    picture: &'p Picture,
    names: Vec<String>,
}

impl<'p> Explained<'p> {
    fn of(picture: &'p Picture) -> Explained<'p> {
        Explained {
            picture,
            names: words::names(picture),
        }
    }

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
            let _ = writeln!(text, "  {}", self.computed(at, node));
        }
        text
    }

    /// `t1 = x + y = 1 + 2 = 3`.
    fn computed(&self, at: usize, node: &Node) -> String {
        let values: Option<Vec<String>> = self
            .picture
            .operands(at)
            .map(|edge| {
                let value = &self.picture.nodes[edge.from].value;
                value.shape().is_empty().then(|| value.to_string())
            })
            .collect();
        let value = node.value.to_string();
        let inserted = values
            .filter(|_| node.role == Role::Operation && !words::is_loop(&node.label))
            .map(|values| formula(&node.label, &values))
            .filter(|inserted| as_printed(inserted) != value);
        let inserted = inserted.map_or_else(String::new, |inserted| format!(" = {inserted}"));
        format!("{}{inserted} = {value}", self.definition(at, node))
    }

    /// `∂L/∂t = 4 + 2 = 6`.
    fn arrived(&self, at: usize, gradient: &Quantity) -> String {
        format!(
            "∂L/∂{} = {}{gradient}",
            self.names[at],
            self.sum_over_uses(at)
        )
    }

    fn arithmetic(&self, at: usize) -> String {
        let node = &self.picture.nodes[at];
        let mut text = match node.role {
            Role::Operation | Role::Condition => self.computed(at, node),
            _ => format!("{} = {}", self.names[at], node.value),
        };
        let Some(gradient) = &node.gradient else {
            return text;
        };
        let _ = write!(text, "\n{}", self.arrived(at, gradient));
        if node.role == Role::Output {
            text.push_str(", the seed");
        }
        for edge in self.picture.uses(at) {
            let user = &self.picture.nodes[edge.to];
            let Some((seed, back)) = user.gradient.as_ref().zip(edge.gradient.as_ref()) else {
                continue;
            };
            if user.role == Role::Output {
                let _ = write!(text, "\n  {back} is the seed of {}", user.label);
                continue;
            }
            let (local, product) = self.step(edge, &self.operand_names(edge.to), &seed.to_string());
            let product = product.split_once(": ").map_or("", |(_, product)| product);
            let _ = write!(
                text,
                "\n  {product} by {}, where {local}",
                self.names[edge.to]
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
                    "  {}, where {} arrives",
                    self.definition(at, node),
                    self.arrived(at, gradient)
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
        let template = Template::of(edge.symbol);
        let symbol = template.filled(operands, of, &arriving);
        let gradient = edge.gradient.as_ref();
        let found = gradient.map_or_else(String::new, ToString::to_string);
        let is_local = !symbol.is_empty() && !template.has_seed();
        let (mut local, mut product) = (format!("∂{of}/∂{by}"), format!("to {by}: "));
        if template.has_seed() {
            let _ = write!(product, "{symbol} = ");
        } else if is_local {
            let is_list = edge.symbol.contains(", ");
            let whole = if is_list {
                format!("({symbol})")
            } else {
                symbol.clone()
            };
            let _ = write!(local, " = {whole}");
        }
        match edge.partial.map(four_digits) {
            Some(number) => {
                if number != symbol && !template.has_seed() {
                    let _ = write!(local, " = {number}");
                }
                let _ = write!(product, "{seed} · {} = ", guarded(&number));
            }
            None if is_local => {
                let factor = bracketed(edge.symbol, &symbol);
                let _ = write!(product, "{arriving} · {factor} = ");
            }
            None => {}
        }
        product.push_str(&found);
        let stays_zero = edge.partial.is_some_and(|partial| !partial.is_finite())
            && gradient.and_then(Quantity::number) == Some(0.0);
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

    /// The chain rule of a loop, whose picture is that of one step.
    fn steps_back(&self) -> String {
        let title = &self.picture.title;
        let mut text =
            format!("\nBackward through each step of {title}, from the last to the first\n");
        let nodes = || self.picture.nodes.iter().enumerate();
        let active = nodes().filter(|(_, node)| node.gradient.is_some());
        for (at, _) in active.filter(|(_, node)| node.role == Role::Output) {
            let state = self.names[at].trim_start_matches("next ");
            let from: String = self.operand_names(at).concat();
            let _ = writeln!(
                text,
                "  {} = {from}, where ∂L/∂{state} arrives, from the step after it and from what else reads it",
                self.names[at]
            );
        }
        for (at, node) in self.operations().rev() {
            if node.gradient.is_some() {
                let _ = writeln!(text, "  {}", self.definition(at, node));
                text.push_str(&self.local(at));
            }
        }
        let read = |role: Role| {
            let names = nodes().filter(|(at, node)| {
                let is_read = self.picture.uses(*at).any(|edge| edge.gradient.is_some());
                node.role == role && is_read
            });
            let names: Vec<&str> = names.map(|(at, _)| self.names[at].as_str()).collect();
            names.join(", ")
        };
        let (states, outside) = (read(Role::State), read(Role::Input));
        if !states.is_empty() {
            let _ = writeln!(
                text,
                "  What comes to {states} arrives at the step before, and of the first step at what the loop begins with."
            );
        }
        if !outside.is_empty() {
            let _ = writeln!(
                text,
                "  What comes to {outside}, which {} outside of the loop, adds up over the steps.",
                if outside.contains(", ") { "are" } else { "is" }
            );
        }
        text
    }

    /// The local derivatives of a node of a step, a line an operand.
    fn local(&self, at: usize) -> String {
        let (operands, of) = (self.operand_names(at), &self.names[at]);
        let edges = self.picture.operands(at);
        let lines = edges.filter(|edge| edge.gradient.is_some()).map(|edge| {
            let (by, template) = (&self.names[edge.from], Template::of(edge.symbol));
            let symbol = template.filled(&operands, of, &format!("∂L/∂{of}"));
            match template.has_seed() {
                true => format!("    to {by}: {symbol}\n"),
                false if symbol.is_empty() => format!("    to {by}\n"),
                false => format!("    ∂{of}/∂{by} = {symbol}\n"),
            }
        });
        lines.collect()
    }

    fn gradient(&self) -> String {
        let mut text = String::from("\nGradient\n");
        for (at, node) in self.picture.nodes.iter().enumerate() {
            if let (Role::Input, Some(gradient)) = (node.role, &node.gradient) {
                let _ = writeln!(text, "  {}", self.arrived(at, gradient));
            }
        }
        text
    }
}

/// A filled symbol, in parentheses unless it is a name, a number or a product.
fn bracketed(symbol: &str, filled: &str) -> String {
    let loose = [" + ", " - ", " / ", ", "]
        .iter()
        .any(|sign| symbol.contains(sign));
    if loose || filled.starts_with('-') {
        format!("({filled})")
    } else {
        filled.to_owned()
    }
}
