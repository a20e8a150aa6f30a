//! What the user wrote, kept beside the nodes it became, so that a picture can show `softmax` as one operation.
//!
//! Invariant: only the first operation written for a node is kept, its arguments come before the node, and the formulas of the
//! table leave no trace. A rewrite may have made a node that no longer uses what was written; readers check that.

use proc_macro2::Ident;

use super::records::Nodes;
use super::{Index, Lower, Scope};
use crate::graph::{Name, NodeId};
use crate::hash::Set;
use crate::rule::{self, RuleId};
use crate::rules::rows;
use crate::structs::Value;
use crate::syntax::{Axis, Callee, Expr, ExprKind, Item, Left, LoopIndex, text};
use crate::unit::{Steps, Written};

impl Lower<'_> {
    /// The value of an expression, and a note of what was written for it where it is no struct.
    pub(super) fn value(&mut self, expr: &Expr, scope: &Scope) -> Option<Nodes> {
        let outer = std::mem::take(&mut self.parts);
        let value = self.lowered(expr, scope);
        let args = std::mem::replace(&mut self.parts, outer);
        let value = value?;
        if let Value::Leaf(node) = value {
            if let Some((rule, label)) = self.operation_written(expr, args.len(), scope) {
                self.note(
                    node,
                    Written {
                        rule,
                        label,
                        args,
                        steps: None,
                    },
                );
            }
            self.parts.push(node);
        }
        Some(value)
    }

    /// Notes one step of a chain such as `a - b + c`.
    pub(super) fn note_step(&mut self, node: NodeId, rule: RuleId, args: [NodeId; 2]) {
        let written = Written {
            rule: Some(rule),
            label: rule.row().label().into(),
            args: args.to_vec(),
            steps: None,
        };
        self.note(node, written);
    }

    pub(super) fn note(&mut self, node: NodeId, written: Written) {
        if !written.args.is_empty() && written.args.iter().all(|arg| *arg < node) {
            self.written.entry(node).or_insert(written);
        }
    }

    /// The operation at the head of an expression; none where its parts have been noted already.
    fn operation_written(
        &self,
        expr: &Expr,
        count: usize,
        scope: &Scope,
    ) -> Option<(Option<RuleId>, Name)> {
        let other = |label: &str| Some((None, Name::from(label)));
        match &expr.kind {
            ExprKind::Call {
                callee: Callee::Operator(operator),
                ..
            } => Some((Some(operator.rule), operator.rule.row().label().into())),
            ExprKind::Call {
                callee: Callee::Path { segments, tokens },
                axis,
                ..
            } => {
                let word = match segments.as_slice() {
                    [name] => text(name),
                    _ => return other(&tokens.to_string().replace(' ', "")),
                };
                if self.functions.iter().any(|f| text(&f.name) == word) {
                    return None;
                }
                let rule = match rule::called(&word).is_empty() {
                    true => None,
                    false => rule::of_arity(&word, count).or_else(|| rule::of_arity(&word, 1)),
                };
                Some((rule, with_axis(&word, *axis).into()))
            }
            ExprKind::If { .. } => other("if"),
            ExprKind::Array(_) => other("[ ]"),
            ExprKind::Index { items, .. } => other(&self.index_text(items, scope)),
            ExprKind::Transpose(_) => Some((Some(rows::transpose), ".T".into())),
            _ => None,
        }
    }

    /// `[0, 1..3]`.
    fn index_text(&self, items: &[Item], scope: &Scope) -> String {
        let bound = |bound: &Option<Expr>| {
            bound
                .as_ref()
                .map(|at| self.bound_text(at, scope))
                .unwrap_or_default()
        };
        let items: Vec<String> = items
            .iter()
            .map(|item| match item {
                Item::At(at) => self.bound_text(at, scope),
                Item::Range {
                    from,
                    to,
                    inclusive,
                    ..
                } => format!(
                    "{}..{}{}",
                    bound(from),
                    if *inclusive { "=" } else { "" },
                    bound(to)
                ),
            })
            .collect();
        format!("[{}]", items.join(", "))
    }

    /// An index as a number where it is known, as written where it changes from turn to turn.
    fn bound_text(&self, at: &Expr, scope: &Scope) -> String {
        let known = self.index_of(at, scope);
        match (&at.kind, known) {
            (_, Some(Index::Known(dim))) => dim.to_string(),
            (ExprKind::Name(name), _) => text(name),
            (ExprKind::Chain { first, rest }, Some(_)) => {
                let rest = rest.iter().map(|(operator, right)| {
                    let sign = operator.rule.row().label();
                    format!(" {sign} {}", self.bound_text(right, scope))
                });
                self.bound_text(first, scope) + &rest.collect::<String>()
            }
            _ => "…".to_owned(),
        }
    }

    /// Notes the values that a loop leaves, which has carried them through steps.
    pub(super) fn note_steps(&mut self, values: &[NodeId], label: &str, steps: &Steps) {
        let (args, label) = (self.outside(steps), Name::from(label));
        for value in values {
            let written = Written {
                rule: None,
                label: label.clone(),
                args: args.clone(),
                steps: Some(steps.clone()),
            };
            self.written.entry(*value).or_insert(written);
        }
    }

    /// What the steps of a loop begin with and read of outside, literals aside.
    fn outside(&self, steps: &Steps) -> Vec<NodeId> {
        let graph = &self.graph;
        let mut seen: Set<NodeId> = Set::default();
        let mut open = vec![steps.carry];
        let mut outside = Vec::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) || graph.constant(id).is_some() {
                continue;
            }
            match id < steps.first {
                true => outside.push(id),
                // The first ones come first.
                false => open.extend(graph.node(id).args.iter().rev()),
            }
        }
        outside
    }

    /// `fold(h, k in 0..n)`.
    pub(super) fn loop_text(
        &self,
        left: Left,
        names: &[Ident],
        index: &LoopIndex,
        scope: &Scope,
    ) -> String {
        let word = match left {
            Left::Last => "fold",
            Left::Each => "scan",
        };
        let names: Vec<String> = names.iter().map(text).collect();
        let names = match names.as_slice() {
            [only] => only.clone(),
            several => format!("({})", several.join(", ")),
        };
        let [from, to] = [&index.from, &index.to].map(|bound| self.bound_text(bound, scope));
        let sign = if index.inclusive { "..=" } else { ".." };
        let range = match index.is_reversed {
            true => format!("rev({from}{sign}{to})"),
            false => format!("{from}{sign}{to}"),
        };
        format!("{word}({names}, {} in {range})", text(&index.name))
    }
}

fn with_axis(word: &str, axis: Option<Axis>) -> String {
    match axis {
        Some(axis) => format!("{word}, axis {}", axis.value),
        None => word.to_owned(),
    }
}
