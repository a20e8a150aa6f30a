//! Which turns reach a branch: what its condition says of the indices of loops, so that `if i > 0 { x[i - 1] } else { 0 }` stays
//! within its array.
//!
//! Both branches are computed in every turn, or might be. Invariant: an index that is lowered lies within its array in every turn
//! that reaches it; what is read in others is left out by the branch, and is any entry or zero.

use super::expr::Argument;
use super::loops::Spare;
use super::{Index, Lower, Scope};
use crate::graph::{Dim, LoopId};
use crate::rule::RuleId;
use crate::rules::rows;
use crate::syntax::{Callee, Expr, ExprKind, Operator};

/// What holds where a branch is taken.
enum Fact {
    /// It is not taken in the turn that is written out.
    Never,
    /// The turn of a loop, counted from 0, compared with a bound.
    Turn(LoopId, RuleId, Dim),
}

impl Lower<'_> {
    /// What `values` makes of one side of an `if`, whose condition `holds` there or does not.
    pub(super) fn side(
        &mut self,
        (condition, holds): (&Expr, bool),
        scope: &Scope,
        values: &mut dyn FnMut(&mut Self) -> Option<Vec<Argument>>,
    ) -> Option<Vec<Argument>> {
        let mut facts = Vec::new();
        self.facts(condition, holds, scope, &mut facts);
        let is_unreached = self.is_unreached;
        let mut around: Vec<(LoopId, Spare)> = Vec::new();
        for fact in facts {
            match fact {
                Fact::Never => self.is_unreached = true,
                Fact::Turn(of, rule, bound) => {
                    around.push((of, self.loops[of.0].spare));
                    self.loops[of.0].leave_out(rule, &bound);
                }
            }
        }
        let found = values(self);
        for (of, spare) in around.into_iter().rev() {
            self.loops[of.0].spare = spare;
        }
        self.is_unreached = is_unreached;
        found
    }

    fn facts(&self, condition: &Expr, holds: bool, scope: &Scope, facts: &mut Vec<Fact>) {
        match parts(condition) {
            (Some(rows::not), parts) => {
                for part in parts {
                    self.facts(part, !holds, scope, facts);
                }
            }
            (Some(rule @ (rows::and | rows::or)), parts) if (rule == rows::and) == holds => {
                for part in parts {
                    self.facts(part, holds, scope, facts);
                }
            }
            // One part decides, so nothing is known of any but that it is never if all are.
            (Some(rows::and | rows::or), parts) => {
                let is_never = |part: &&Expr| {
                    let mut of_part = Vec::new();
                    self.facts(part, holds, scope, &mut of_part);
                    of_part.iter().any(|fact| matches!(fact, Fact::Never))
                };
                if parts.iter().all(is_never) {
                    facts.push(Fact::Never);
                }
            }
            (Some(rule), parts) => {
                if let [left, right] = *parts
                    && let Some(rule) = if holds { Some(rule) } else { opposite(rule) }
                {
                    facts.extend(self.comparison(rule, left, right, scope));
                }
            }
            (None, _) => {}
        }
    }

    fn comparison(&self, rule: RuleId, left: &Expr, right: &Expr, scope: &Scope) -> Option<Fact> {
        opposite(rule)?;
        let (left, right) = (self.index_of(left, scope)?, self.index_of(right, scope)?);
        let (rule, more) = match right.minus(&left) {
            Some(more) => (rule, more),
            None => (turned(rule), left.minus(&right)?),
        };
        match more {
            Index::Known(Dim { name: None, offset }) => {
                (!holds_of(rule, offset)).then_some(Fact::Never)
            }
            Index::Known(_) => None,
            // The bound less the turn.
            Index::Back(of, bound) => Some(Fact::Turn(of, rule, bound)),
            Index::Turn(of, start) => Some(Fact::Turn(of, turned(rule), Dim::literal(-start))),
        }
    }
}

/// The operation of a condition, and what it is of.
fn parts(condition: &Expr) -> (Option<RuleId>, Vec<&Expr>) {
    match &condition.kind {
        ExprKind::Call {
            callee: Callee::Operator(operator),
            args,
            ..
        } => (Some(operator.rule), args.iter().collect()),
        ExprKind::Chain { first, rest } => {
            let rule = rest.first().map(|(operator, _)| operator.rule);
            let is_one = |part: &(Operator, Expr)| Some(part.0.rule) == rule;
            let all = [&**first].into_iter();
            let all = all.chain(rest.iter().map(|(_, part)| part)).collect();
            (rule.filter(|_| rest.iter().all(is_one)), all)
        }
        _ => (None, Vec::new()),
    }
}

/// The comparison that holds where this one does not.
fn opposite(rule: RuleId) -> Option<RuleId> {
    Some(match rule {
        rows::less => rows::greater_equal,
        rows::less_equal => rows::greater,
        rows::greater => rows::less_equal,
        rows::greater_equal => rows::less,
        rows::equal => rows::not_equal,
        rows::not_equal => rows::equal,
        _ => return None,
    })
}

/// The same comparison with its sides exchanged.
fn turned(rule: RuleId) -> RuleId {
    match rule {
        rows::less => rows::greater,
        rows::less_equal => rows::greater_equal,
        rows::greater => rows::less,
        rows::greater_equal => rows::less_equal,
        same => same,
    }
}

/// Whether a comparison holds whose right side is so much more than its left one.
fn holds_of(rule: RuleId, more: i64) -> bool {
    match rule {
        rows::less => more > 0,
        rows::less_equal => more >= 0,
        rows::greater => more < 0,
        rows::greater_equal => more <= 0,
        rows::equal => more == 0,
        _ => more != 0,
    }
}
