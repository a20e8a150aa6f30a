//! What `#[graph(…)]` asks for, checked against the graph it is asked of.
//!
//! Invariant: an option that a unit carries on can be fulfilled; one that cannot has been reported, at its word or at the
//! call that stands in the way.

use crate::errors::{Errors, Problem};
use crate::graph::{Kind, NodeId, Op};
use crate::lower::{Input, Unit};
use crate::syntax::Function;
use crate::transform::calculus;

/// Turns the options of a function that has no errors into those of its unit.
pub fn check(function: &Function, unit: &mut Unit, errors: &mut Errors) {
    if !errors.is_empty() {
        return;
    }
    if let Some(place) = function.options.hessian {
        if is_number(unit) {
            report_opaque_calls(unit, errors);
        } else {
            let option = "hessian";
            errors.report(place, Problem::OptionNeedsNumber { option });
        }
        unit.hessian = errors.is_empty();
    }
}

fn is_number(unit: &Unit) -> bool {
    matches!(unit.outputs.as_slice(), [only] if only.shape.is_empty())
}

/// Calls that a derivative passes through on its way from the output to an input.
fn report_opaque_calls(unit: &Unit, errors: &mut Errors) {
    let graph = &unit.graph;
    let inputs = unit.inputs.iter().filter(|input| input.active());
    let sources: Vec<NodeId> = inputs
        .flat_map(|input: &Input| input.nodes.clone())
        .collect();
    let outputs = unit.outputs.iter().flat_map(|output| output.nodes.clone());
    let outputs: Vec<NodeId> = outputs.collect();
    let passed = calculus::between(graph, &sources, &outputs);
    for id in graph.ids().filter(|id| passed[id.index()]) {
        let node = graph.node(id);
        if let (Op::Call(call), Kind::Parts) = (&node.op, node.kind) {
            let path = graph.calls[*call].path.to_string().replace(' ', "");
            errors.report(node.place, Problem::OpaqueCall { path: &path });
        }
    }
}
