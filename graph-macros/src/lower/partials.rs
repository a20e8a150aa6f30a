//! Arguments by which an operation has no derivative: nothing that is differentiated by may reach them.
//!
//! Invariant: what comes after finds no derivative at such an argument, as if it were held constant.

use super::expr::Operand;
use super::{Lower, Unit};
use crate::activity;
use crate::errors::{Calls, Errors};
use crate::graph::{Graph, LoopId, NodeId, Op};
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
    let active = active(&unit.graph, sources);
    for operand in fixed.iter().filter(|operand| active[operand.node.index()]) {
        let row = operand.rule.row();
        let problem = Calls::NoPartial {
            name: row.name,
            argument: row.arguments[operand.arg].name,
        };
        errors.report(operand.place, problem);
    }
}

/// What depends on any of `sources`, from one step of a loop to the next too.
fn active(graph: &Graph, mut sources: Vec<NodeId>) -> Vec<bool> {
    loop {
        let active = activity::active(graph, &sources);
        let carries = graph.ids().filter(|id| active[id.index()]);
        let loops = carries.filter_map(|id| match graph.node(id).op {
            Op::Carry { of, .. } => Some(of),
            _ => None,
        });
        let loops: Vec<LoopId> = loops.collect();
        let is_carried = |id: &NodeId| {
            let node = graph.node(*id);
            matches!(node.op, Op::Carried { of, .. } if loops.contains(&of)) && !active[id.index()]
        };
        let further: Vec<NodeId> = graph.ids().filter(is_carried).collect();
        if further.is_empty() {
            return active;
        }
        sources.extend(further);
    }
}
