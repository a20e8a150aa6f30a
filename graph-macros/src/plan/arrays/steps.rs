//! What is particular of loops over steps whose bodies have arrays: which of them lie as loops over entries go.

use super::{ArrayBody, Kernel, Output, Step, source, whole};
use crate::graph::{Graph, Kind, NodeId, Op, Scan};
use crate::hash::Set;
use crate::plan::steps::{Loop, OfSteps, groups};

impl OfSteps for ArrayBody {
    fn of_steps(scan: &Scan) -> ArrayBody {
        whole(&scan.body, scan.primal, groups(scan))
    }

    fn graph(&self) -> &Graph {
        &self.graph
    }
}

impl Loop<ArrayBody> {
    /// What is read otherwise than entry by entry in the order in which it lies.
    pub fn reads_as_operands(&self) -> Set<NodeId> {
        let graph = &self.body.graph;
        let is_plain =
            |step: &&Step| matches!(step, Step::Kernel(kernel) if is_plain(graph, kernel));
        let steps = self.body.steps.iter().filter(|step| !is_plain(step));
        let read = steps.flat_map(|step| step.reads(graph));
        let results = self.body.results.iter().flatten().copied();
        let read = read.chain(results).map(|id| source(graph, id));
        read.collect()
    }
}

/// Whether all that a loop in a body reads lies in the order of the loop, or is one number everywhere, and what it leaves is whole
/// arrays and numbers.
pub fn is_plain(graph: &Graph, kernel: &Kernel) -> bool {
    let is_own = |id: NodeId| {
        let node = graph.node(id);
        let is_array = matches!(node.op, Op::Input { .. }) && node.kind == Kind::Number
            || node.op.is_elementwise()
            || matches!(node.op, Op::Apply(_) | Op::Reduce(..));
        is_array && node.shape == kernel.shape
    };
    let reads = |id: &NodeId| {
        let from = source(graph, *id);
        let is_number = graph.node(from).shape.is_empty() && graph.node(from).kind == Kind::Number;
        from == *id && is_own(*id) || is_number
    };
    let leaves = |output: &Output| {
        matches!(output, Output::Full(_)) || graph.node(output.node()).shape.is_empty()
    };
    kernel.inputs.iter().all(reads) && kernel.outputs.iter().all(leaves)
}

/// Whether an array is what another graph has given, which may lie anyhow.
pub fn is_of_call(graph: &Graph, id: NodeId) -> bool {
    matches!(graph.node(id).op, Op::Part(_) | Op::Push { .. })
}
