//! Graph to plan for arrays of any size: element-wise chains and their reductions become one loop each.
//!
//! Every node gets a level. Numbers of a level are computed first, then its loops and products; what a loop makes is there from
//! the next level on. All element-wise nodes of one level and one shape are one loop (a [`Kernel`]), with the reductions of
//! what it computes. Invariant: a loop reads only what earlier levels stored, inputs and literals; an element-wise
//! node that a later level needs is either stored or, if that is cheaper, computed again there; conditions always are.

use std::collections::{BTreeMap, HashSet};

use crate::graph::{Graph, Kind, NodeId, Op, Shape};
use crate::lower::Unit;
use crate::plan::{
    append_adjoints, append_gradient, append_tangents, finished, outputs, single_number,
    tangents_of,
};
use crate::rule::Forward;

/// Everything that is generated for a graph of arrays.
pub struct Plan {
    pub value: Body,
    pub forward: Body,
    /// What `Forward` keeps for its methods beside the definitions.
    pub saved: Vec<NodeId>,
    pub backward: Body,
    pub value_and_grad: Option<Body>,
    /// From the inputs, or from what an inline graph's forward pass saved.
    pub jvp: Body,
    /// Where the runtime can draw.
    pub picture: Option<super::picture::Arrays>,
    /// The value, the gradient and the Hessian times a direction, where it is asked for.
    pub hvp: Option<Body>,
}

pub struct Body {
    pub graph: Graph,
    pub steps: Vec<Step>,
    pub results: Vec<Vec<NodeId>>,
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

pub fn functions(unit: &Unit) -> Plan {
    let mut graph = unit.graph.clone();
    let tangents = append_tangents(&mut graph, unit, unit.inputs.len());
    let jvp = whole(&graph, unit.graph.len(), vec![outputs(unit), tangents]);
    let value_and_grad = single_number(unit).then(|| {
        let mut graph = unit.graph.clone();
        let gradient = append_gradient(&mut graph, unit);
        whole(&graph, unit.graph.len(), vec![outputs(unit), gradient])
    });
    let hvp = unit.hessian.then(|| {
        let mut graph = unit.graph.clone();
        let gradient = append_gradient(&mut graph, unit);
        let product = tangents_of(&mut graph, unit, unit.inputs.len(), &gradient);
        whole(
            &graph,
            unit.graph.len(),
            vec![unit.outputs[0].nodes.clone(), gradient, product],
        )
    });
    let (forward, saved, mut methods) = split(unit, false);
    let backward = methods.remove(0);
    Plan {
        value: whole(&unit.graph, unit.graph.len(), vec![outputs(unit)]),
        forward,
        saved,
        backward,
        value_and_grad,
        jvp,
        picture: None,
        hvp,
    }
}

pub fn inline_graph(unit: &Unit) -> Plan {
    let (forward, saved, mut methods) = split(unit, true);
    let jvp = methods.remove(1);
    let backward = methods.remove(0);
    let value = whole(&unit.graph, unit.graph.len(), Vec::new());
    Plan {
        value,
        forward,
        saved,
        backward,
        value_and_grad: None,
        jvp,
        picture: None,
        hvp: None,
    }
}

/// One function that does everything.
pub(super) fn whole(graph: &Graph, primal: usize, groups: Vec<Vec<NodeId>>) -> Body {
    let (graph, results) = finished(graph, primal, groups);
    let phases = vec![0; graph.len()];
    let results_flat: Vec<NodeId> = results.iter().flatten().copied().collect();
    let schedule = Schedule::new(&graph, &phases, &results_flat);
    let steps = schedule.steps(0, &results_flat);
    Body {
        steps,
        results,
        graph,
    }
}

/// The forward pass and the methods of what it gives, which read what it stored.
fn split(unit: &Unit, inline: bool) -> (Body, Vec<NodeId>, Vec<Body>) {
    let mut graph = unit.graph.clone();
    let definitions: Vec<NodeId> = unit
        .definitions
        .iter()
        .flat_map(|definition| definition.nodes.clone())
        .collect();
    let mut groups = vec![
        definitions,
        append_adjoints(&mut graph, unit, unit.inputs.len()),
    ];
    if inline {
        groups.push(append_tangents(
            &mut graph,
            unit,
            unit.inputs.len() + unit.outputs.len(),
        ));
    }
    let (graph, results) = finished(&graph, unit.graph.len(), groups);
    let first = graph.reachable(results[0].iter().copied());
    let phases: Vec<usize> = first.iter().map(|first| usize::from(!first)).collect();
    let roots: Vec<NodeId> = results.iter().flatten().copied().collect();
    let schedule = Schedule::new(&graph, &phases, &roots);
    let mut saved = Vec::new();
    let mut methods = Vec::new();
    for result in &results[1..] {
        let steps = schedule.steps(1, result);
        saved.extend(
            schedule
                .reads(&steps, result)
                .into_iter()
                .filter(|id| is_saved(unit, &graph, &first, *id)),
        );
        methods.push(Body {
            graph: graph.clone(),
            steps,
            results: vec![result.clone()],
        });
    }
    saved.retain(|id| !results[0].contains(id));
    saved.sort_unstable();
    saved.dedup();
    let mut wanted = results[0].clone();
    wanted.extend(&saved);
    let forward = Body {
        steps: schedule.steps(0, &wanted),
        results: vec![results[0].clone(), saved.clone()],
        graph,
    };
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

struct Schedule<'g> {
    graph: &'g Graph,
    phases: &'g [usize],
    levels: Vec<usize>,
    stored: Vec<bool>,
}

impl<'g> Schedule<'g> {
    fn new(graph: &'g Graph, phases: &'g [usize], roots: &[NodeId]) -> Schedule<'g> {
        let levels = levels(graph, phases);
        let mut schedule = Schedule {
            graph,
            phases,
            levels,
            stored: vec![false; graph.len()],
        };
        schedule.decide(roots);
        schedule
    }

    /// Chooses which element-wise nodes are stored: those that something beside their own loop reads, unless computing
    /// them again is as cheap as reading them.
    fn decide(&mut self, roots: &[NodeId]) {
        let graph = self.graph;
        let mut asked = vec![false; graph.len()];
        let mut crossed = vec![false; graph.len()];
        roots.iter().for_each(|id| asked[id.index()] = true);
        for id in graph.ids() {
            let node = graph.node(id);
            for arg in &node.args {
                let together = is_loop(graph, id) && self.group(id) == self.group(*arg)
                    || matches!(node.op, Op::Reduce(..))
                        && self.levels[id.index()] == self.levels[arg.index()];
                let in_loops = is_loop(graph, id) || matches!(node.op, Op::Reduce(..));
                let target = if in_loops { &mut crossed } else { &mut asked };
                target[arg.index()] |=
                    !together || self.phases[id.index()] != self.phases[arg.index()];
            }
        }
        let mut cheap = vec![true; graph.len()];
        for id in graph.ids().filter(|id| is_loop(graph, *id)) {
            let node = graph.node(id);
            let at = id.index();
            let there = |arg: &NodeId| {
                !is_loop(graph, *arg) || self.stored[arg.index()] || cheap[arg.index()]
            };
            cheap[at] =
                (is_cheap(&node.op) || node.kind == Kind::Condition) && node.args.iter().all(there);
            self.stored[at] =
                node.kind != Kind::Condition && (asked[at] || crossed[at] && !cheap[at]);
        }
    }

    fn group(&self, id: NodeId) -> (usize, Shape) {
        (self.levels[id.index()], self.graph.shape(id))
    }

    /// The steps of one phase that `roots` need, in order.
    fn steps(&self, phase: usize, roots: &[NodeId]) -> Vec<Step> {
        let mut loops: BTreeMap<(usize, Shape), Kernel> = BTreeMap::new();
        let mut others: BTreeMap<usize, Vec<Step>> = BTreeMap::new();
        let mut numbers: BTreeMap<usize, Vec<Step>> = BTreeMap::new();
        for id in self.needed(phase, roots) {
            let node = self.graph.node(id);
            let level = self.levels[id.index()];
            match &node.op {
                Op::Reduce(..) => {
                    let of = node.args[0];
                    let key = (level, self.graph.shape(of));
                    let kernel = loops
                        .entry(key)
                        .or_insert_with_key(|(_, shape)| Kernel::over(shape));
                    kernel.outputs.push(Output::Reduced { node: id, of });
                }
                _ if is_loop(self.graph, id) => {
                    if self.stored[id.index()] {
                        let key = self.group(id);
                        let kernel = loops
                            .entry(key)
                            .or_insert_with_key(|(_, shape)| Kernel::over(shape));
                        kernel.outputs.push(Output::Full(id));
                    }
                }
                Op::Apply(rule) if rule.is("matmul") => {
                    others.entry(level).or_default().push(Step::Product(id));
                }
                Op::Pad { .. } | Op::Stack => {
                    others.entry(level).or_default().push(Step::Assemble(id));
                }
                Op::View(_) if !is_view(self.graph, id) => {
                    numbers.entry(level).or_default().push(Step::Entry(id));
                }
                Op::Input { .. } | Op::Const(_) | Op::View(_) | Op::Slice { .. } | Op::Iota => {}
                _ => numbers.entry(level).or_default().push(Step::Number(id)),
            }
        }
        let mut steps = Vec::new();
        let mut kernels: BTreeMap<usize, Vec<Kernel>> = BTreeMap::new();
        for ((level, _), mut kernel) in loops {
            self.fill(&mut kernel);
            kernels.entry(level).or_default().push(kernel);
        }
        let last = self.levels.iter().copied().max().unwrap_or(0);
        for level in 0..=last {
            steps.extend(numbers.remove(&level).into_iter().flatten());
            steps.extend(
                kernels
                    .remove(&level)
                    .into_iter()
                    .flatten()
                    .map(Step::Kernel),
            );
            steps.extend(others.remove(&level).into_iter().flatten());
        }
        steps
    }

    /// The nodes of a phase that `roots` need, reading what is stored instead of making it again.
    fn needed(&self, phase: usize, roots: &[NodeId]) -> Vec<NodeId> {
        let mut wanted = vec![false; self.graph.len()];
        roots.iter().for_each(|id| wanted[id.index()] = true);
        for id in self.graph.ids().rev() {
            let node = self.graph.node(id);
            let here =
                self.phases[id.index()] == phase || self.again(id) || is_view(self.graph, id);
            if wanted[id.index()] && here {
                node.args.iter().for_each(|arg| wanted[arg.index()] = true);
            }
        }
        let graph = self.graph;
        let of_phase = |id: &NodeId| {
            wanted[id.index()] && (self.phases[id.index()] == phase || is_size(&graph.node(*id).op))
        };
        graph.ids().filter(of_phase).collect()
    }

    /// Whether a loop computes the node for itself rather than reading it.
    fn again(&self, id: NodeId) -> bool {
        is_loop(self.graph, id) && !self.stored[id.index()]
    }

    /// Adds to a kernel what its outputs are made of: steps, and inputs from outside.
    fn fill(&self, kernel: &mut Kernel) {
        let mut steps = HashSet::new();
        let mut inputs = HashSet::new();
        let mut open: Vec<NodeId> = Vec::new();
        for output in &kernel.outputs {
            match output {
                Output::Full(node) => {
                    steps.insert(*node);
                    open.extend(&self.graph.node(*node).args);
                }
                Output::Reduced { of, .. } => open.push(*of),
            }
        }
        while let Some(id) = open.pop() {
            let own = kernel
                .outputs
                .iter()
                .any(|output| matches!(output, Output::Full(node) if *node == id));
            if self.graph.constant(id).is_some() {
                continue;
            }
            if is_loop(self.graph, id) && (own || !self.stored[id.index()]) {
                if steps.insert(id) {
                    open.extend(
                        self.graph
                            .node(id)
                            .args
                            .iter()
                            .filter(|arg| !steps.contains(arg)),
                    );
                }
            } else {
                inputs.insert(id);
            }
        }
        kernel.steps = steps.into_iter().collect();
        kernel.steps.sort_unstable();
        kernel.inputs = inputs.into_iter().collect();
        kernel.inputs.sort_unstable();
    }

    /// What steps and results read without having made it, views resolved.
    fn reads(&self, steps: &[Step], results: &[NodeId]) -> Vec<NodeId> {
        let mut made = HashSet::new();
        let mut read: Vec<NodeId> = results.to_vec();
        for step in steps {
            match step {
                Step::Number(id) | Step::Entry(id) | Step::Product(id) | Step::Assemble(id) => {
                    made.insert(*id);
                    read.extend(&self.graph.node(*id).args);
                }
                Step::Kernel(kernel) => {
                    read.extend(&kernel.inputs);
                    made.extend(kernel.outputs.iter().map(|output| match output {
                        Output::Full(node) | Output::Reduced { node, .. } => *node,
                    }));
                }
            }
        }
        read.into_iter()
            .map(|id| source(self.graph, id))
            .filter(|id| !made.contains(id))
            .collect()
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
}

/// The value that a view, however nested, looks at.
pub fn source(graph: &Graph, id: NodeId) -> NodeId {
    match graph.node(id).args.first() {
        Some(arg) if is_view(graph, id) => source(graph, *arg),
        _ => id,
    }
}

/// Whether a node is another one under other axes. One entry of an array is not: it is a number that is read.
fn is_view(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    matches!(node.op, Op::View(_) | Op::Slice { .. }) && !node.shape.is_empty()
        || graph.constant(id).is_some()
}

fn is_size(op: &Op) -> bool {
    matches!(op, Op::Extent(_))
}

/// Whether a node is computed entry by entry in a loop.
fn is_loop(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    node.op.is_elementwise() && !node.shape.is_empty()
}

fn is_cheap(op: &Op) -> bool {
    match op {
        Op::Apply(rule) => match rule.row().forward {
            Forward::Infix(sign) => sign != "/" && sign != "^",
            Forward::Prefix(_) | Forward::Relation(_) | Forward::Logic(_) => true,
            Forward::Real(method) => matches!(method, "relu" | "abs" | "sign" | "max" | "min"),
            _ => false,
        },
        Op::Select => true,
        _ => false,
    }
}

/// The level of each node; a later phase begins above all levels of the one before it.
fn levels(graph: &Graph, phases: &[usize]) -> Vec<usize> {
    let mut levels = vec![0; graph.len()];
    let mut ground = 0;
    for phase in 0..=phases.iter().copied().max().unwrap_or(0) {
        let mut highest = ground;
        for id in graph.ids().filter(|id| phases[id.index()] == phase) {
            let node = graph.node(id);
            let level = node
                .args
                .iter()
                .map(|arg| level_for(graph, &levels, id, *arg))
                .max()
                .unwrap_or(0);
            levels[id.index()] = if node.args.is_empty() {
                0
            } else {
                level.max(ground)
            };
            highest = highest.max(levels[id.index()] + 1);
        }
        ground = highest;
    }
    levels
}

/// The least level of `id` by one of its arguments: the argument's own where both are in one loop, the next after a loop or a
/// product otherwise.
fn level_for(graph: &Graph, levels: &[usize], id: NodeId, arg: NodeId) -> usize {
    let from = source(graph, arg);
    let level = levels[from.index()];
    let fused = from == arg
        && is_loop(graph, arg)
        && (is_loop(graph, id) || matches!(graph.node(id).op, Op::Reduce(..)));
    let made_by_loop = !graph.node(from).shape.is_empty()
        && !matches!(
            graph.node(from).op,
            Op::Input { .. } | Op::Const(_) | Op::Iota
        )
        || matches!(graph.node(from).op, Op::Reduce(..));
    level + usize::from(made_by_loop && !fused)
}
