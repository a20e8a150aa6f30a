//! What the user wrote, kept beside the nodes it became, so that a picture can show `softmax` as one operation.
//!
//! Invariant: only the first operation written for a node is kept, its arguments come before the node, and the formulas of the
//! table leave no trace. A rewrite may have made a node that no longer uses what was written; readers check that.

use super::records::Nodes;
use super::{Index, Lower, Scope};
use crate::graph::{Name, NodeId};
use crate::rule::{self, RuleId};
use crate::rules::rows;
use crate::structs::Value;
use crate::syntax::{Axis, Callee, Expr, ExprKind, Item, text};
use crate::unit::Written;

impl Lower<'_> {
    /// The value of an expression, and a note of what was written for it where it is no struct.
    pub(super) fn value(&mut self, expr: &Expr, scope: &Scope) -> Option<Nodes> {
        let outer = std::mem::take(&mut self.parts);
        let value = self.lowered(expr, scope);
        let args = std::mem::replace(&mut self.parts, outer);
        let value = value?;
        if let Value::Leaf(node) = value {
            if let Some((rule, label)) = self.operation_written(expr, args.len(), scope) {
                self.note(node, Written { rule, label, args });
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
        };
        self.note(node, written);
    }

    fn note(&mut self, node: NodeId, written: Written) {
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
            _ => "…".to_owned(),
        }
    }
}

fn with_axis(word: &str, axis: Option<Axis>) -> String {
    match axis {
        Some(axis) => format!("{word}, axis {}", axis.value),
        None => word.to_owned(),
    }
}
