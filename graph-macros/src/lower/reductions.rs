//! What runs over axes, and the operations that shapes define: `dot`, `outer`, `cross`, the cross-entropy.
//!
//! Invariant: within a formula of the table a reduction keeps its axes with extent 1, so that it meets what it was made of.

use super::array::is_or_has;
use super::expr::Operand;
use super::{Lower, Scope};
use crate::graph::{Dim, Kind, NodeId, Reduction, Shape};
use crate::rule::{Forward, RuleId};
use crate::rules::rows;
use crate::shape;
use crate::syntax::{Axis, Place};

impl Lower<'_> {
    /// An operation that runs over axes: the one given, those of the formula it stands in, or its default.
    pub(super) fn along_axes(
        &mut self,
        rule: RuleId,
        operand: Operand,
        axis: Option<Axis>,
        scope: &Scope,
    ) -> Option<NodeId> {
        if !self.want(operand, Kind::Number) {
            return None;
        }
        let axes = self.axes(rule, operand, axis, scope)?;
        let is_kept = axis.is_some_and(|axis| axis.keep);
        if is_kept && !matches!(rule.row().forward, Forward::Along(_)) {
            let node = self.over(rule, operand, axes.clone())?;
            return Some(self.keep(node, operand.node, &axes));
        }
        if scope.axes.is_none() && !matches!(rule.row().forward, Forward::Along(_)) {
            return self.over(rule, operand, axes);
        }
        self.graph.set_place(operand.place);
        match rule.row().forward {
            Forward::Reduce(_) => {
                let node = self.graph.reduce(reduction(rule), operand.node, &axes);
                Some(self.keep(node, operand.node, &axes))
            }
            Forward::Collapse(formula) => self.collapsed(rule, formula, operand, &axes),
            Forward::Along(formula) => {
                let inner = Scope {
                    axes: Some(axes),
                    formula: true,
                    ..Scope::default()
                };
                self.formula(rule, formula, &[operand.node], &inner)
            }
            _ => None,
        }
    }

    /// What an operation leaves of some axes, which are gone.
    pub(super) fn over(
        &mut self,
        rule: RuleId,
        operand: Operand,
        axes: Vec<usize>,
    ) -> Option<NodeId> {
        self.graph.set_place(operand.place);
        let Forward::Collapse(formula) = rule.row().forward else {
            return Some(self.graph.reduce(reduction(rule), operand.node, &axes));
        };
        let node = self.collapsed(rule, formula, operand, &axes)?;
        Some(self.graph.drop_axes(node, &axes))
    }

    /// A formula over axes, which keep the extent 1.
    fn collapsed(
        &mut self,
        rule: RuleId,
        formula: &'static str,
        operand: Operand,
        axes: &[usize],
    ) -> Option<NodeId> {
        let inner = Scope {
            axes: Some(axes.to_vec()),
            formula: true,
            ..Scope::default()
        };
        self.formula(rule, formula, &[operand.node], &inner)
    }

    /// Gives a reduction its axes back, with extent 1, so that it meets what it was made of.
    fn keep(&mut self, node: NodeId, source: NodeId, axes: &[usize]) -> NodeId {
        let mut dims = self.graph.shape(source).to_vec();
        for axis in axes {
            dims[*axis] = Dim::literal(1);
        }
        self.graph.unreduce(node, axes, &dims.into())
    }

    fn axes(
        &mut self,
        rule: RuleId,
        operand: Operand,
        axis: Option<Axis>,
        scope: &Scope,
    ) -> Option<Vec<usize>> {
        let rank = self.graph.shape(operand.node).len();
        if let Some(axes) = &scope.axes {
            return Some(axes.clone());
        }
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
            None => {
                let who = self.who(operand, "the argument");
                let text = match rank {
                    0 => format!("{who} is a number and has no axis {}", axis.value),
                    _ => format!(
                        "there is no axis {}: {who} has {rank}, counted from 0",
                        axis.value
                    ),
                };
                self.shapes(axis.span.into(), text);
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
        scope: &Scope,
    ) -> Option<NodeId> {
        if rule != rows::softmax_cross_entropy {
            let fits = self.all_numbers(operands);
            if !fits {
                return None;
            }
        }
        self.graph.set_place(place);
        match rule {
            rows::count => {
                let shape = self.graph.shape(operands[0].node);
                let axes = scope
                    .axes
                    .clone()
                    .unwrap_or_else(|| (0..shape.len()).collect());
                let dims: Vec<Dim> = axes.iter().map(|axis| shape[*axis].clone()).collect();
                Some(self.graph.extent(&dims))
            }
            rows::strong_matmul => {
                Some(self.graph.strong_matmul(operands[0].node, operands[1].node))
            }
            rows::transpose => Some(self.graph.transpose(operands[0].node)),
            rows::dot => {
                self.vectors(rule, operands, None)?;
                self.formulas.push(rule);
                let product = self.product(operands[0], operands[1], place);
                self.formulas.pop();
                product
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
                self.operate(rows::mul, &[column, row], place, scope)
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
                let of = length.map_or_else(String::new, |length| format!(" of length {length}"));
                let text = format!("`{name}` takes two vectors{of}; this {}", is_or_has(&shape));
                self.shapes(operand.place, text);
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
            let text = format!(
                "`softmax_cross_entropy` takes logits of one case or of a batch; this {}",
                is_or_has(&shape)
            );
            self.shapes(logits.place, text);
            return None;
        }
        let target_kind = self.graph.node(target.node).kind;
        let hot = match target_kind {
            Kind::Labels => self.label_mask(logits, target, &shape)?,
            Kind::Number if self.graph.shape(target.node) == shape => target.node,
            Kind::Number => {
                let text = format!(
                    "one-hot rows have the shape of the logits, {}; this {}",
                    shape::text(&shape),
                    is_or_has(&self.graph.shape(target.node))
                );
                self.shapes(target.place, text);
                return None;
            }
            _ => {
                self.want(target, Kind::Labels);
                return None;
            }
        };
        self.graph.set_place(place);
        let scope = Scope {
            axes: Some(vec![shape.len() - 1]),
            formula: true,
            ..Scope::default()
        };
        let formula = match target_kind {
            Kind::Labels => "anchor(x) + ln(sum(exp(x - anchor(x)))) - sum(if t { x } else { 0 })",
            _ => "sum(t * (anchor(x) + ln(sum(exp(x - anchor(x)))) - x))",
        };
        let losses = self.formula(
            rows::softmax_cross_entropy,
            formula,
            &[logits.node, hot],
            &scope,
        )?;
        let losses = self.graph.drop_axes(losses, &[shape.len() - 1]);
        match rows::mean.row().forward {
            Forward::Collapse(_) => self.along_axes(
                rows::mean,
                Operand {
                    node: losses,
                    place,
                },
                None,
                &Scope::default(),
            ),
            _ => None,
        }
    }

    /// For each case, which class is the label's.
    fn label_mask(&mut self, logits: Operand, labels: Operand, shape: &Shape) -> Option<NodeId> {
        let count = self.graph.shape(labels.node);
        if shape.len() != 2 || count[0] != shape[0] {
            let text = format!(
                "class labels {} need logits with a row for each; `softmax_cross_entropy` found logits of the shape {}",
                shape::text(&count),
                shape::text(shape)
            );
            self.shapes(logits.place.to(labels.place), text);
            return None;
        }
        self.check_labels(labels.node, &shape[1]);
        let graph = &mut self.graph;
        let classes = graph.iota(shape[1].clone());
        let classes = graph.spread(classes, shape);
        let labels = graph.view(labels.node, vec![Some(0), None], shape.clone());
        Some(graph.call(rows::equal, &[classes, labels]))
    }
}

pub(super) fn reduction(rule: RuleId) -> Reduction {
    match rule {
        rows::prod => Reduction::Prod,
        rows::max_of => Reduction::Max,
        rows::min_of => Reduction::Min,
        rows::norm => Reduction::Norm,
        _ => Reduction::Sum,
    }
}
