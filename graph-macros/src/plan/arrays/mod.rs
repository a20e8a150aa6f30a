//! Graph to plan for arrays of any size: element-wise chains and their reductions become one loop each, and an array takes
//! over the memory of one that is not needed any more.
//!
//! `schedule` puts the steps of a body in order, `memory` says where each array lies. Invariant: a plan leaves nothing to
//! decide; a step reads only inputs, what earlier steps made and what `Forward` kept.

use self::schedule::Schedule;
use crate::builder::Builder;
use crate::graph::{Graph, Kind, NodeId, Op, Shape};
use crate::hash::Map;
use crate::plan::equation::Equation;
use crate::plan::steps::Loop;
use crate::plan::{
    Derived, Finished, Plan, Planned, append_tangents, finished, kept, outputs, single_number,
    sources, sparse, tangents_of, undivided, with_parts,
};
use crate::transform::rows;
use crate::unit::Unit;

mod alike;
pub mod chunks;
pub mod gate;
mod memory;
mod schedule;
pub mod steps;
#[cfg(test)]
mod text;

/// One function's code.
pub struct ArrayBody {
    pub graph: Builder,
    pub steps: Vec<Step>,
    pub results: Vec<Vec<NodeId>>,
    /// The arrays whose memory others take over: by the new array, the old one. The rest have memory of their own.
    pub over: Map<NodeId, NodeId>,
    /// Every memory, in the order in which they are needed.
    pub homes: Vec<Home>,
    /// For loops that differ in their operands only, by their steps' positions: the first of them.
    pub alike: Map<usize, usize>,
}

/// A memory, which one array after the other lies in.
pub struct Home {
    pub first: NodeId,
    pub last: NodeId,
    /// The member of the last group of results that the last array is, if it is one.
    pub result: Option<usize>,
}

pub enum Step {
    /// A number, or a call of another graph, computed as in a graph of numbers.
    Number(NodeId),
    Kernel(Kernel),
    /// One entry of an array, as a number.
    Entry(NodeId),
    /// A matrix product.
    Product(NodeId),
    /// A padded slice or entries side by side, which no loop writes.
    Assemble(NodeId),
    /// A loop whose steps depend on one another.
    Loop(Box<Loop<ArrayBody>>),
}

impl Step {
    /// What the step computes.
    pub fn makes(&self) -> Vec<NodeId> {
        match self {
            Step::Number(id) | Step::Entry(id) | Step::Product(id) | Step::Assemble(id) => {
                vec![*id]
            }
            Step::Loop(of) => of.parts.iter().flatten().copied().collect(),
            Step::Kernel(kernel) => kernel.outputs.iter().map(Output::node).collect(),
        }
    }

    /// What the step reads, views as they are.
    pub fn reads(&self, graph: &Graph) -> Vec<NodeId> {
        match self {
            Step::Number(id) | Step::Entry(id) | Step::Product(id) | Step::Assemble(id) => {
                graph.node(*id).args.clone()
            }
            Step::Loop(of) => of.reads(),
            Step::Kernel(kernel) => kernel.inputs.clone(),
        }
    }
}

/// One loop.
pub struct Kernel {
    pub shape: Shape,
    /// Values it reads: stored ones, under the axes of the loop.
    pub inputs: Vec<NodeId>,
    pub steps: Vec<NodeId>,
    pub outputs: Vec<Output>,
}

pub enum Output {
    /// Every entry of the node is stored.
    Full(NodeId),
    /// A reduction of `of`.
    Reduced { node: NodeId, of: NodeId },
}

impl Output {
    pub fn node(&self) -> NodeId {
        match self {
            Output::Full(node) | Output::Reduced { node, .. } => *node,
        }
    }

    /// What the loop computes for it at each entry.
    pub fn value(&self) -> NodeId {
        match self {
            Output::Full(node) | Output::Reduced { of: node, .. } => *node,
        }
    }
}

impl Kernel {
    fn over(shape: &Shape) -> Kernel {
        Kernel {
            shape: shape.clone(),
            inputs: Vec::new(),
            steps: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// What its steps read, in their order, and then what is computed for its outputs.
    fn reads(&self, graph: &Graph) -> impl Iterator<Item = NodeId> {
        let args = self.steps.iter().flat_map(|id| &graph.node(*id).args);
        args.copied().chain(self.outputs.iter().map(Output::value))
    }

    /// How many values this loop and another over the same axes read together.
    fn reads_with(&self, other: &Kernel) -> usize {
        let shared = other
            .inputs
            .iter()
            .filter(|id| self.inputs.binary_search(id).is_ok());
        self.inputs.len() + other.inputs.len() - shared.count()
    }

    /// Takes over what a later loop over the same axes computes.
    fn join(&mut self, other: Kernel) {
        self.outputs.extend(other.outputs);
        for (own, new) in [
            (&mut self.inputs, other.inputs),
            (&mut self.steps, other.steps),
        ] {
            own.extend(new);
            own.sort_unstable();
            own.dedup();
        }
        self.inputs
            .retain(|id| self.steps.binary_search(id).is_err());
    }
}

impl ArrayBody {
    /// The steps that are numbers, calls of other graphs among them.
    pub fn numbers(&self) -> Vec<NodeId> {
        let number = |step: &Step| match step {
            Step::Number(id) => Some(*id),
            _ => None,
        };
        self.steps.iter().filter_map(number).collect()
    }

    fn new(graph: Builder, steps: Vec<Step>, results: Vec<Vec<NodeId>>) -> ArrayBody {
        let over = memory::shared(&graph, &steps, &results);
        let homes = memory::homes(&graph, &steps, &results, &over);
        let alike = alike::first(&graph, &steps);
        ArrayBody {
            graph,
            steps,
            results,
            over,
            homes,
            alike,
        }
    }
}

impl Planned for ArrayBody {
    fn prepared(unit: Unit) -> Unit {
        unit
    }

    fn functions(unit: &Unit) -> Plan<ArrayBody> {
        let mut graph = unit.graph.clone();
        let tangents = append_tangents(&mut graph, unit, unit.inputs.len());
        let jvp = whole(&graph, unit.graph.len(), vec![outputs(unit), tangents]);
        let derived = (single_number(unit) || unit.hessian).then(|| Derived::of(unit));
        let primal = unit.graph.len();
        let first = derived.as_ref().filter(|_| single_number(unit));
        let value_and_grad = first.map(|derived| {
            let groups = vec![outputs(unit), derived.gradient.clone()];
            whole(&derived.graph, primal, groups)
        });
        let second = derived.filter(|_| unit.hessian);
        let hvp = second.map(
            |Derived {
                 mut graph,
                 gradient,
             }| {
                let product = tangents_of(&mut graph, unit, unit.inputs.len(), &gradient);
                let value = unit.outputs[0].nodes.clone();
                whole(&graph, primal, vec![value, gradient, product])
            },
        );
        let (forward, saved, mut methods) = split(unit, false);
        Plan {
            value: Some(Self::value(unit)),
            value_and_grad,
            rows_apart: rows::are_apart(&unit.graph, &sources(unit), &outputs(unit)),
            hvp,
            equation: Equation::of(unit, whole),
            sparse: unit.sparse.then(|| sparse::of_arrays(unit)),
            ..Plan::of_passes(forward, saved, methods.remove(0), Some(jvp))
        }
    }

    fn value(unit: &Unit) -> ArrayBody {
        whole(&unit.graph, unit.graph.len(), vec![outputs(unit)])
    }

    fn inline_graph(unit: &Unit) -> Plan<ArrayBody> {
        let (forward, saved, mut methods) = split(unit, true);
        let jvp = methods.remove(1);
        Plan::of_passes(forward, saved, methods.remove(0), Some(jvp))
    }

    fn picture(unit: &Unit) -> super::picture::Drawn<ArrayBody> {
        super::picture::arrays(unit)
    }
}

/// One function that does everything.
pub(super) fn whole(graph: &Graph, primal: usize, groups: Vec<Vec<NodeId>>) -> ArrayBody {
    let Finished {
        graph,
        groups: results,
        ..
    } = finished(graph, primal, groups, false);
    let phases = vec![0; graph.len()];
    let results_flat: Vec<NodeId> = results.iter().flatten().copied().collect();
    let schedule = Schedule::new(&graph, &phases, &results_flat);
    let steps = schedule.steps(0, &results_flat);
    ArrayBody::new(graph, steps, results)
}

/// The forward pass and the methods of what it gives, which read what it stored.
fn split(unit: &Unit, inline: bool) -> (ArrayBody, Vec<NodeId>, Vec<ArrayBody>) {
    let (graph, results) = undivided(unit, inline);
    let first = graph.reachable(results[0].iter().copied());
    let first = with_parts(&graph, first);
    let phases: Vec<usize> = first.iter().map(|first| usize::from(!first)).collect();
    let roots: Vec<NodeId> = results.iter().flatten().copied().collect();
    let schedule = Schedule::new(&graph, &phases, &roots);
    let (mut read, mut methods) = (Vec::new(), Vec::new());
    for result in &results[1..] {
        let steps = schedule.steps(1, result);
        read.extend(
            schedule
                .reads(&steps, result)
                .into_iter()
                .filter(|id| is_saved(unit, &graph, &first, *id)),
        );
        methods.push(ArrayBody::new(graph.clone(), steps, vec![result.clone()]));
    }
    let saved = kept(read, &results[0]);
    let mut wanted = results[0].clone();
    wanted.extend(&saved);
    let steps = schedule.steps(0, &wanted);
    let forward = ArrayBody::new(graph, steps, vec![results[0].clone(), saved.clone()]);
    (forward, saved, methods)
}

/// Whether a method finds the value in `Forward`: it comes from the forward pass or is an input.
fn is_saved(unit: &Unit, graph: &Graph, first: &[bool], id: NodeId) -> bool {
    match graph.node(id).op {
        Op::Input { input, .. } => input.0 < unit.inputs.len(),
        Op::Const(_) | Op::Extent(_) | Op::Iota => false,
        _ => first[id.index()],
    }
}

/// The value that a view, however nested, looks at.
pub fn source(graph: &Graph, id: NodeId) -> NodeId {
    match graph.node(id).args.first() {
        Some(arg) if is_view(graph, id) => source(graph, *arg),
        _ => id,
    }
}

/// Whether a node is another one under other axes. One entry of an array is not: it is a number that is read. A label is no
/// number, and only read where it chooses.
fn is_view(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    let is_number = node.shape.is_empty() && node.kind != Kind::Labels;
    matches!(node.op, Op::View(_) | Op::Slice { .. }) && !is_number || graph.constant(id).is_some()
}

/// Whether a value has its source's entries in their order, with axes of extent 1 put in or left out at most.
pub fn is_reshape(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    match &node.op {
        _ if source(graph, id) == id => true,
        Op::View(map) => {
            let from = graph.shape(node.args[0]);
            let mut new = map
                .iter()
                .zip(&*node.shape)
                .filter(|(axis, _)| axis.is_none());
            let kept: Vec<usize> = map.iter().flatten().copied().collect();
            let mut dropped = from
                .iter()
                .enumerate()
                .filter(|(axis, _)| !kept.contains(axis));
            kept.is_sorted_by(|before, after| before < after)
                && new.all(|(_, extent)| extent.is_one())
                && dropped.all(|(_, extent)| extent.is_one())
                && is_reshape(graph, node.args[0])
        }
        _ => false,
    }
}
