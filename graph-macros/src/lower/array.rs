//! What to say of operands that do not fit together; arrays put together from entries, and arguments of inlined functions.
//!
//! Invariant: a node's shape is right by construction, so later stages never check one. Shapes that cannot be proved
//! to fit are reported on the operands, in words that name them.

use super::expr::Operand;
use super::{Lower, Scope};
use crate::builder::Unfit;
use crate::errors::{Shapes, Turned};
use crate::graph::{Dim, Kind, NodeId, Op};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::shape::{self, HIGHEST_RANK, Misfit, NoProduct, is_or_has};
use crate::syntax::{self, Place, text};

impl Lower<'_> {
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
    fn heading<'n>(&self, name: &'n str) -> &'n str {
        self.formula.map_or(name, |rule| rule.row().name)
    }

    fn roles(&self, rule: RuleId) -> [&'static str; 3] {
        match rule.row().sign() {
            Some(_) if self.formula.is_none() => ["the left side", "the right side", ""],
            _ => [
                "the first argument",
                "the second argument",
                "the third argument",
            ],
        }
    }

    /// Reports what does not fit in the formula of an operation, where that stands.
    pub(super) fn unfit_formula(&mut self, rule: RuleId, unfit: Unfit) -> Option<NodeId> {
        self.formula = Some(rule);
        let here = self.graph.here();
        let reported = self.unfit(unfit, &[here; 3]);
        self.formula = None;
        reported
    }

    /// Reports operands that do not fit together, which stand at these places.
    pub(super) fn unfit(&mut self, unfit: Unfit, places: &[Place]) -> Option<NodeId> {
        let operand = |at: usize, node: NodeId| Operand {
            node,
            place: places[at],
        };
        match unfit {
            Unfit::Broadcast(rule, nodes, why) => {
                let operands = nodes.iter().enumerate();
                let operands: Vec<Operand> = operands.map(|(at, id)| operand(at, *id)).collect();
                self.misfit(rule, &operands, &why);
            }
            Unfit::Product([a, b], why) => self.no_product(operand(0, a), operand(1, b), why),
            Unfit::Branches([yes, no]) => {
                let problem = Shapes::Branches {
                    yes: &self.graph.shape(yes),
                    no: &self.graph.shape(no),
                };
                self.errors.report(places[1].to(places[2]), problem);
            }
            Unfit::Condition(condition, branches) => {
                let problem = Shapes::Condition {
                    condition: &self.graph.shape(condition),
                    branches: &branches,
                };
                self.errors.report(places[0], problem);
            }
        }
        None
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
        let problem = Shapes::Broadcast {
            operation: self.heading(row.label()),
            operands: &shapes.join(", "),
            why,
        };
        let place = operands[0].place.to(operands[operands.len() - 1].place);
        self.errors.report(place, problem);
    }

    pub(super) fn no_product(&mut self, a: Operand, b: Operand, why: NoProduct) {
        let (left, right) = (self.graph.shape(a.node), self.graph.shape(b.node));
        let place = a.place.to(b.place);
        match why {
            NoProduct::Number => {
                let number = if left.is_empty() { a } else { b };
                if !self.is_number_of_call(number) {
                    self.errors.report(number.place, Shapes::ProductOfNumber);
                }
            }
            NoProduct::Inner => self.product_misfit(a, b, &left, &right),
            NoProduct::Batches => {
                let (x, w) = (self.who(a, "the left side"), self.who(b, "the right side"));
                let problem = Shapes::Batches {
                    product: &self.product_heading(&x, &w),
                    x: &x,
                    left: shape::batches(&left),
                    w: &w,
                    right: shape::batches(&right),
                };
                self.errors.report(place, problem);
            }
        }
    }

    /// `x @ w1` where the sides have names.
    fn product_heading(&self, x: &str, w: &str) -> String {
        let named = self.formula.is_none() && x.starts_with('`') && w.starts_with('`');
        match named {
            true => format!("{} @ {}", x.trim_matches('`'), w.trim_matches('`')),
            false => self.heading("@").to_owned(),
        }
    }

    fn product_misfit(&mut self, a: Operand, b: Operand, left: &[Dim], right: &[Dim]) {
        let roles = match self.formula.is_none() {
            true => ["the left side", "the right side"],
            false => ["the first argument", "the second argument"],
        };
        let (x, w) = (self.who(a, roles[0]), self.who(b, roles[1]));
        let inner =
            |shape: &[Dim], matrix: &'static str| if shape.len() == 1 { "entries" } else { matrix };
        let product = self.product_heading(&x, &w);
        let problem = Shapes::Product {
            product: &product,
            columns: inner(left, "columns"),
            x: &x,
            left: &left[left.len() - 1],
            rows: inner(right, "rows"),
            w: &w,
            right: &right[right.len().saturating_sub(2)],
            turned: turned(left, right).filter(|_| product.contains(" @ ")),
        };
        self.errors.report(a.place.to(b.place), problem);
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
                let problem = Shapes::Entries {
                    first: &first,
                    this: &shape,
                };
                self.errors.report(entry.place, problem);
                return None;
            }
        }
        if first.len() == HIGHEST_RANK {
            self.errors.report(entries[0].place, Shapes::TooManyAxes);
            return None;
        }
        let nodes: Vec<NodeId> = entries.iter().map(|entry| entry.node).collect();
        Some(self.graph.stack(&nodes))
    }

    // Calls.

    /// Whether an argument has the shape of an inlined function's input; names of dimensions are bound on the way.
    pub(super) fn fit_shape(
        &mut self,
        input: &str,
        wanted: Option<&syntax::Shape>,
        operand: Operand,
        inner: &mut Scope,
    ) -> bool {
        let found = self.graph.shape(operand.node);
        let written = wanted.map_or(&[][..], |shape| &shape.dims);
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
            let problem = Shapes::Argument {
                input,
                wanted: &wanted,
                found: &found,
            };
            self.errors.report(operand.place, problem);
        }
        fits
    }
}

/// Whether two matrices fit once one of them is transposed.
fn turned(left: &[Dim], right: &[Dim]) -> Option<Turned> {
    match (left, right) {
        ([_, columns], [_, turned]) if columns == turned => Some(Turned::Right),
        ([turned, _], [rows, ..]) if right.len() <= 2 && turned == rows => Some(Turned::Left),
        _ => None,
    }
}
