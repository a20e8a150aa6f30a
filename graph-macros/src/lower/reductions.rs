//! What runs over axes, and the operations that shapes define: `dot`, `outer`, `cross`, the cross-entropy.
//!
//! Invariant: what runs over axes has been told which, and each of them is one of its argument.

use super::Lower;
use super::expr::Operand;
use crate::errors::Shapes;
use crate::formula;
use crate::graph::{Dim, Kind, NodeId, Reduction, Shape};
use crate::rule::{Forward, RuleId};
use crate::rules::rows;
use crate::syntax::{Axis, Place};

impl Lower<'_> {
    /// An operation that runs over axes: the one given, those of the formula it stands in, or its default.
    pub(super) fn along_axes(
        &mut self,
        rule: RuleId,
        operand: Operand,
        axis: Option<Axis>,
    ) -> Option<NodeId> {
        if !self.want(operand, Kind::Number) {
            return None;
        }
        let axes = self.axes(rule, operand, axis)?;
        if axis.is_some_and(|axis| axis.keep) && !matches!(rule.row().forward, Forward::Along(_)) {
            let node = self.over(rule, operand, &axes)?;
            return Some(self.graph.keep_axes(node, operand.node, &axes));
        }
        match rule.row().forward {
            Forward::Along(column) => {
                self.graph.set_place(operand.place);
                self.formula(rule, column, &[operand.node], &axes)
            }
            _ => self.over(rule, operand, &axes),
        }
    }

    /// What an operation leaves of some axes, which are gone.
    pub(super) fn over(
        &mut self,
        rule: RuleId,
        operand: Operand,
        axes: &[usize],
    ) -> Option<NodeId> {
        self.graph.set_place(operand.place);
        let Forward::Collapse(column) = rule.row().forward else {
            return Some(self.graph.reduce(Reduction::of(rule), operand.node, axes));
        };
        let node = self.formula(rule, column, &[operand.node], axes)?;
        Some(self.graph.drop_axes(node, axes))
    }

    /// A row's formula over nodes, along axes which its reductions keep with extent 1.
    fn formula(
        &mut self,
        rule: RuleId,
        column: &'static str,
        args: &[NodeId],
        axes: &[usize],
    ) -> Option<NodeId> {
        match formula::apply(&mut self.graph, rule, column, args, Some(axes)) {
            Ok(node) => Some(node),
            Err(unfit) => self.unfit_formula(rule, unfit),
        }
    }

    fn axes(&mut self, rule: RuleId, operand: Operand, axis: Option<Axis>) -> Option<Vec<usize>> {
        let rank = self.graph.shape(operand.node).len();
        let Some(axis) = axis else {
            let along = matches!(rule.row().forward, Forward::Along(_));
            return Some(if along {
                rank.checked_sub(1).into_iter().collect()
            } else {
                (0..rank).collect()
            });
        };
        Some(vec![self.axis_of(operand, axis)?])
    }

    /// An axis of an array, counted from the end if it is negative.
    pub(super) fn axis_of(&mut self, operand: Operand, axis: Axis) -> Option<usize> {
        let rank = self.graph.shape(operand.node).len();
        let found = if axis.value < 0 {
            axis.value + rank as i64
        } else {
            axis.value
        };
        match usize::try_from(found).ok().filter(|axis| *axis < rank) {
            Some(axis) => Some(axis),
            None if self.is_number_of_call(operand) => None,
            None => {
                let who = self.who(operand, "the argument");
                let problem = Shapes::Axis {
                    axis: axis.value,
                    who: &who,
                    rank,
                };
                self.errors.report(axis.span, problem);
                None
            }
        }
    }

    // Operations defined by shapes.

    pub(super) fn array(
        &mut self,
        rule: RuleId,
        operands: &[Operand],
        place: Place,
    ) -> Option<NodeId> {
        if rule != rows::softmax_cross_entropy {
            let fits = self.all_numbers(operands);
            if !fits {
                return None;
            }
        }
        self.graph.set_place(place);
        if let Some(found) = self.of_matrices(rule, operands, place) {
            return found;
        }
        match rule {
            rows::transpose => Some(self.graph.transpose(operands[0].node)),
            rows::dot => {
                self.vectors(rule, operands, None)?;
                let (a, b) = (operands[0], operands[1]);
                match self.graph.product(a.node, b.node) {
                    Ok(node) => Some(node),
                    Err(why) => {
                        self.formula = Some(rule);
                        self.no_product(a, b, why);
                        self.formula = None;
                        None
                    }
                }
            }
            rows::outer => {
                self.vectors(rule, operands, None)?;
                let column = self.graph.insert_axis(operands[0].node, 1, Dim::literal(1));
                let row = self.graph.insert_axis(operands[1].node, 0, Dim::literal(1));
                let (column, row) = (
                    Operand {
                        node: column,
                        ..operands[0]
                    },
                    Operand {
                        node: row,
                        ..operands[1]
                    },
                );
                self.operate(rows::mul, &[column, row], place)
            }
            rows::cross => {
                self.vectors(rule, operands, Some(3))?;
                Some(self.cross(operands[0].node, operands[1].node))
            }
            _ => self.cross_entropy(operands[0], operands[1], place),
        }
    }

    fn vectors(&mut self, rule: RuleId, operands: &[Operand], length: Option<i64>) -> Option<()> {
        for operand in operands {
            let shape = self.graph.shape(operand.node);
            let right =
                shape.len() == 1 && length.is_none_or(|length| shape[0] == Dim::literal(length));
            if !right {
                let name = rule.row().name;
                let found = &*shape;
                let problem = Shapes::Vectors {
                    name,
                    length,
                    found,
                };
                self.errors.report(operand.place, problem);
                return None;
            }
        }
        Some(())
    }

    fn cross(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let graph = &mut self.graph;
        let mut entry = |node: NodeId, at: i64| {
            let slice = graph.slice(node, 0, Dim::literal(at), Dim::literal(1));
            graph.drop_axes(slice, &[0])
        };
        let [a, b] = [a, b].map(|node| [entry(node, 0), entry(node, 1), entry(node, 2)]);
        let parts: Vec<NodeId> = (0..3)
            .map(|at| {
                let (next, last) = ((at + 1) % 3, (at + 2) % 3);
                let left = graph.call(rows::mul, &[a[next], b[last]]);
                let right = graph.call(rows::mul, &[a[last], b[next]]);
                graph.call(rows::sub, &[left, right])
            })
            .collect();
        graph.stack(&parts)
    }

    /// Mean over the batch of `-sum(t * log_softmax(x))`, where labels stand for one-hot rows.
    fn cross_entropy(&mut self, logits: Operand, target: Operand, place: Place) -> Option<NodeId> {
        if !self.want(logits, Kind::Number) {
            return None;
        }
        let shape = self.graph.shape(logits.node);
        if shape.is_empty() || shape.len() > 2 {
            let found = &*shape;
            self.errors.report(logits.place, Shapes::Logits { found });
            return None;
        }
        let target_kind = self.graph.node(target.node).kind;
        let hot = match target_kind {
            Kind::Labels => self.label_mask(logits, target, &shape)?,
            Kind::Number if self.graph.shape(target.node) == shape => target.node,
            Kind::Number => {
                let problem = Shapes::OneHot {
                    logits: &shape,
                    found: &self.graph.shape(target.node),
                };
                self.errors.report(target.place, problem);
                return None;
            }
            _ => {
                self.want(target, Kind::Labels);
                return None;
            }
        };
        self.graph.set_place(place);
        let axes = [shape.len() - 1];
        let formula = match target_kind {
            Kind::Labels => {
                "valued(ln_1p(rest(x)) + (anchor(x) - sum(if t { x } else { 0 })),
                        sum(sloped(if t { (if rules(x) { 0 } else { shares(x) - 1 })
                                          - (if rules(x) { others(x) / (1 + others(x)) } else { 0 }) } else { shares(x) }, x)))"
            }
            _ => {
                "valued(sum(t * (ln_1p(rest(x)) + (anchor(x) - x))),
                        sum(sloped((if rules(x) { 0 } else { sum(t) * shares(x) - t })
                                   + (if rules(x) { sum(if rules(x) { 0 } else { t }) - sum(t) * others(x) / (1 + others(x)) } else { 0 }), x))
                        + sum(sloped(ln_1p(others(x)) + (level(x) - x), t)))"
            }
        };
        let losses = self.formula(
            rows::softmax_cross_entropy,
            formula,
            &[logits.node, hot],
            &axes,
        )?;
        let node = self.graph.drop_axes(losses, &axes);
        self.along_axes(rows::mean, Operand { node, place }, None)
    }

    /// For each case, which class is the label's.
    fn label_mask(&mut self, logits: Operand, labels: Operand, shape: &Shape) -> Option<NodeId> {
        let count = self.graph.shape(labels.node);
        let (cases, classes) = shape.split_at(shape.len() - 1);
        if *cases != *count {
            let problem = Shapes::Labels {
                labels: &count,
                logits: shape,
            };
            self.errors.report(logits.place.to(labels.place), problem);
            return None;
        }
        let [classes] = classes else {
            unreachable!("the classes are the last axis")
        };
        self.check_labels(labels.node, classes);
        let graph = &mut self.graph;
        let axes = (0..count.len()).map(Some).chain([None]).collect();
        let classes = graph.iota(classes.clone());
        let classes = graph.spread(classes, shape);
        let labels = graph.view(labels.node, axes, shape.clone());
        Some(graph.call(rows::equal, &[classes, labels]))
    }
}
