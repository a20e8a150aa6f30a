//! Arguments by which an operation has no derivative: nothing that is differentiated by may reach them.
//!
//! Invariant: what comes after finds no derivative at such an argument, as if it were held constant.

use super::expr::Operand;
use super::{Lower, Unit};
use crate::activity;
use crate::errors::{Calls, Errors};
use crate::graph::NodeId;
use crate::rule::RuleId;
use crate::syntax::Place;

/// An operand that must not move.
pub(super) struct Fixed {
    node: NodeId,
    place: Place,
    rule: RuleId,
    arg: usize,
}

impl Lower<'_> {
    /// Notes the operands of an operation that must not move.
    pub(super) fn fix(&mut self, rule: RuleId, operands: &[Operand]) {
        for (arg, operand) in operands.iter().enumerate() {
            if !rule.row().has_partial(arg) {
                self.fixed.push(Fixed {
                    node: operand.node,
                    place: operand.place,
                    rule,
                    arg,
                });
            }
        }
    }
}

/// Reports those that depend on an input that is differentiated by.
pub(super) fn check(unit: &Unit, fixed: &[Fixed], errors: &mut Errors) {
    if fixed.is_empty() {
        return;
    }
    let inputs = unit.inputs.iter().filter(|input| input.active());
    let sources: Vec<NodeId> = inputs.flat_map(|input| input.nodes.clone()).collect();
    let active = activity::active(&unit.graph, &sources);
    for operand in fixed.iter().filter(|operand| active[operand.node.index()]) {
        let row = operand.rule.row();
        let problem = Calls::NoPartial {
            name: row.name,
            argument: row.arguments[operand.arg].name,
        };
        errors.report(operand.place, problem);
    }
}
