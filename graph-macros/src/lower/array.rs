//! Operands of an operation under one shape: broadcasts, branches, products, and arrays put together from entries.
//!
//! Invariant: a node's shape is right by construction, so later stages never check one. Shapes that cannot be proved
//! to fit are reported on the operands, in words that name them.

use super::expr::Operand;
use super::{Lower, Scope};
use crate::errors::Problem;
use crate::graph::{Dim, Kind, NodeId, Op, Reduction, Shape};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape::{self, Misfit};
use crate::syntax::{Param, Place, text};
use crate::transform::turns::MOST_AXES;

/// Arrays have at most this many axes.
pub(super) const HIGHEST_RANK: usize = MOST_AXES;

impl Lower<'_> {
    pub(super) fn shapes(&mut self, place: Place, text: String) {
        self.errors.report(place, Problem::Shapes { text });
    }

    pub(super) fn too_many_axes(&mut self, place: Place) {
        self.shapes(place, format!("arrays have at most {HIGHEST_RANK} axes"));
    }

    /// Reports every operand that is not of numbers.
    pub(super) fn all_numbers(&mut self, operands: &[Operand]) -> bool {
        let wrong = operands
            .iter()
            .filter(|operand| !self.want(**operand, Kind::Number))
            .count();
        wrong == 0
    }

    /// How a message calls an operand: by the user's name for it, or by its role.
    pub(super) fn who(&self, operand: Operand, role: &str) -> String {
        let node = self.graph.node(operand.node);
        match (&node.name, &node.op) {
            (Some(name), _) => format!("`{name}`"),
            (None, Op::Apply(rows::matmul)) => "the product".to_owned(),
            _ => role.to_owned(),
        }
    }

    /// What a message is about: the operation that the user wrote, not one that its formula is made of.
    fn heading(&self, name: &str) -> String {
        format!(
            "`{}`",
            self.formulas.first().map_or(name, |rule| rule.row().name)
        )
    }

    fn roles(&self, rule: RuleId) -> [&'static str; 3] {
        match rule.row().sign() {
            Some(_) if self.formulas.is_empty() => ["the left side", "the right side", ""],
            _ => [
                "the first argument",
                "the second argument",
                "the third argument",
            ],
        }
    }

    /// The operands under their common shape.
    pub(super) fn broadcast(
        &mut self,
        rule: RuleId,
        operands: &[Operand],
        place: Place,
    ) -> Option<Vec<NodeId>> {
        let mut common = self.graph.shape(operands[0].node);
        for operand in &operands[1..] {
            let shape = self.graph.shape(operand.node);
            common = match shape::broadcast(&common, &shape) {
                Ok(common) => common,
                Err(why) => {
                    self.misfit(rule, operands, &why);
                    return None;
                }
            };
        }
        self.graph.set_place(place);
        Some(
            operands
                .iter()
                .map(|operand| self.graph.spread(operand.node, &common))
                .collect(),
        )
    }

    fn misfit(&mut self, rule: RuleId, operands: &[Operand], why: &Misfit) {
        let row = rule.row();
        let shapes: Vec<String> = operands
            .iter()
            .zip(self.roles(rule))
            .map(|(operand, role)| {
                let shape = self.graph.shape(operand.node);
                format!("{} {}", self.who(*operand, role), is_or_has(&shape))
            })
            .collect();
        let heading = self.heading(row.sign().unwrap_or(row.name));
        let text = format!("{heading}: {}{why}", shapes.join(", "));
        let place = operands[0].place.to(operands[operands.len() - 1].place);
        self.shapes(place, text);
    }

    /// Condition and branches under one shape: branches agree, or one of them is a number.
    pub(super) fn branches(
        &mut self,
        condition: Operand,
        yes: Operand,
        no: Operand,
    ) -> Option<(NodeId, NodeId, NodeId)> {
        let (left, right) = (self.graph.shape(yes.node), self.graph.shape(no.node));
        let branch = match (left.len(), right.len()) {
            (0, _) => right.clone(),
            (_, 0) => left.clone(),
            _ if left == right => left.clone(),
            _ => {
                let text = format!(
                    "the branches of `if` differ in shape: {} and {}",
                    shape::text(&left),
                    shape::text(&right)
                );
                self.shapes(yes.place.to(no.place), text);
                return None;
            }
        };
        let tested = self.graph.shape(condition.node);
        let Ok(common) = shape::broadcast(&tested, &branch) else {
            let text = format!(
                "the condition has the shape {}, the branches {}",
                shape::text(&tested),
                shape::text(&branch)
            );
            self.shapes(condition.place, text);
            return None;
        };
        let graph = &mut self.graph;
        Some((
            graph.spread(condition.node, &common),
            graph.spread(yes.node, &common),
            graph.spread(no.node, &common),
        ))
    }

    // Products.

    /// `a @ b` for vectors, matrices and batches of matrices.
    pub(super) fn product(&mut self, a: Operand, b: Operand, place: Place) -> Option<NodeId> {
        let (left, right) = (self.graph.shape(a.node), self.graph.shape(b.node));
        if left.is_empty() || right.is_empty() {
            let number = if left.is_empty() { a } else { b };
            self.shapes(
                number.place,
                "`@` multiplies arrays and this is a number: write `*`".to_owned(),
            );
            return None;
        }
        let (columns, rows) = (&left[left.len() - 1], &right[right.len().saturating_sub(2)]);
        if columns != rows {
            self.product_misfit(a, b, &left, &right);
            return None;
        }
        let [batches, others] =
            [&left, &right].map(|shape| &shape[..shape.len().saturating_sub(2)]);
        if !batches.is_empty() && !others.is_empty() && batches != others {
            let (x, w) = (self.who(a, "the left side"), self.who(b, "the right side"));
            let text = format!(
                "{}: the batches of {x} are {}, those of {w} are {}",
                self.product_heading(&x, &w),
                extents_text(batches),
                extents_text(others)
            );
            self.shapes(a.place.to(b.place), text);
            return None;
        }
        let batches: Vec<Dim> = if batches.is_empty() { others } else { batches }.to_vec();
        self.graph.set_place(place);
        Some(self.product_of_batches(a.node, b.node, &batches))
    }

    /// `x @ w1` where the sides have names.
    fn product_heading(&self, x: &str, w: &str) -> String {
        let named = self.formulas.is_empty() && x.starts_with('`') && w.starts_with('`');
        match named {
            true => format!("`{} @ {}`", x.trim_matches('`'), w.trim_matches('`')),
            false => self.heading("@"),
        }
    }

    fn product_misfit(&mut self, a: Operand, b: Operand, left: &Shape, right: &Shape) {
        let roles = match self.formulas.is_empty() {
            true => ["the left side", "the right side"],
            false => ["the first argument", "the second argument"],
        };
        let (x, w) = (self.who(a, roles[0]), self.who(b, roles[1]));
        let inner =
            |shape: &Shape, matrix: &'static str| if shape.len() == 1 { "entries" } else { matrix };
        let mut text = format!(
            "{}: the {} of {x} are {}, the {} of {w} are {}",
            self.product_heading(&x, &w),
            inner(left, "columns"),
            shape::dim_text(&left[left.len() - 1]),
            inner(right, "rows"),
            shape::dim_text(&right[right.len().saturating_sub(2)])
        );
        if let Some(turned) = turned(left, right).filter(|_| text.contains(" @ ")) {
            let (x, w) = (x.trim_matches('`'), w.trim_matches('`'));
            text += &match turned {
                Turned::Left => format!("; `{x}.T @ {w}` would fit"),
                Turned::Right => format!("; `{x} @ {w}.T` would fit"),
            };
        }
        self.shapes(a.place.to(b.place), text);
    }

    /// Vectors become rows or columns, and what has no batch joins each of one, by views.
    fn product_of_batches(&mut self, a: NodeId, b: NodeId, batches: &[Dim]) -> NodeId {
        let graph = &mut self.graph;
        let one = Dim::literal(1);
        let (is_row, is_column) = (graph.shape(a).len() == 1, graph.shape(b).len() == 1);
        if is_row && is_column {
            let product = graph.call(rows::mul, &[a, b]);
            return graph.reduce(Reduction::Sum, product, &[0]);
        }
        let mut a = if is_row {
            graph.insert_axis(a, 0, one.clone())
        } else {
            a
        };
        let mut b = if is_column {
            graph.insert_axis(b, 1, one)
        } else {
            b
        };
        for side in [&mut a, &mut b] {
            if graph.shape(*side).len() == 2 {
                for dim in batches.iter().rev() {
                    *side = graph.insert_axis(*side, 0, dim.clone());
                }
            }
        }
        let product = graph.matmul(a, b);
        let rank = batches.len();
        match (is_row, is_column) {
            (true, _) => graph.drop_axes(product, &[rank]),
            (_, true) => graph.drop_axes(product, &[rank + 1]),
            _ => product,
        }
    }

    // Constructors.

    pub(super) fn stack(&mut self, entries: &[Operand]) -> Option<NodeId> {
        let fits = self.all_numbers(entries);
        if !fits {
            return None;
        }
        let first = self.graph.shape(entries[0].node);
        for entry in &entries[1..] {
            let shape = self.graph.shape(entry.node);
            if shape != first {
                let text = format!(
                    "the entries of an array have one shape; the first {}, this one {}",
                    is_or_has(&first),
                    is_or_has(&shape)
                );
                self.shapes(entry.place, text);
                return None;
            }
        }
        if first.len() == HIGHEST_RANK {
            self.too_many_axes(entries[0].place);
            return None;
        }
        let nodes: Vec<NodeId> = entries.iter().map(|entry| entry.node).collect();
        Some(self.graph.stack(&nodes))
    }

    // Calls.

    /// Whether an argument has the shape of an inlined function's input; names of dimensions are bound on the way.
    pub(super) fn fit_argument(
        &mut self,
        param: &Param,
        operand: Operand,
        inner: &mut Scope,
    ) -> bool {
        let found = self.graph.shape(operand.node);
        let written = param.shape.as_ref().map_or(&[][..], |shape| &shape.dims);
        let fits = written.len() == found.len()
            && written
                .iter()
                .zip(found.iter())
                .all(|(dim, found)| match &dim.name {
                    None => *found == Dim::literal(dim.offset),
                    Some(name) => {
                        let size = found.shifted(-dim.offset);
                        inner
                            .dims
                            .entry(text(name))
                            .or_insert_with(|| size.clone())
                            .clone()
                            == size
                    }
                });
        if !fits {
            let wanted: Vec<Dim> = written
                .iter()
                .map(|dim| Dim {
                    name: dim.name.as_ref().map(|name| text(name).into()),
                    offset: dim.offset,
                })
                .collect();
            let text = format!(
                "the input `{}` {}, this {}",
                text(&param.name),
                is_or_has(&wanted),
                is_or_has(&found)
            );
            self.shapes(operand.place, text);
        }
        fits
    }
}

/// The side of a product to transpose.
enum Turned {
    Left,
    Right,
}

/// Whether two matrices fit once one of them is transposed.
fn turned(left: &Shape, right: &Shape) -> Option<Turned> {
    match (&**left, &**right) {
        ([_, columns], [_, turned]) if columns == turned => Some(Turned::Right),
        ([turned, _], [rows, ..]) if right.len() <= 2 && turned == rows => Some(Turned::Left),
        _ => None,
    }
}

/// `b`, or `b and h` of several axes.
fn extents_text(extents: &[Dim]) -> String {
    let extents: Vec<String> = extents.iter().map(shape::dim_text).collect();
    extents.join(" and ")
}

pub(super) fn is_or_has(shape: &[Dim]) -> String {
    match shape {
        [] => "is a number".to_owned(),
        _ => format!("has the shape {}", shape::text(shape)),
    }
}
