//! The order of a body: levels, loops, and what is stored between them.
//!
//! Every node gets a level. Numbers of a level are computed first, then its loops and products; what a loop makes is there from
//! the next level on. All element-wise nodes of one level and one shape are one loop (a [`Kernel`]), with the reductions of
//! what it computes. Invariant: a loop reads only what earlier levels stored, inputs and literals; an element-wise
//! node that a later level needs is either stored or, if that is cheaper, computed again there; conditions always are.

use std::collections::BTreeMap;

use super::{Kernel, Output, Step, is_view, source};
use crate::graph::{Graph, Kind, NodeId, Op, Shape};
use crate::hash::Set;

/// The most steps that a loop takes to compute a node again instead of reading it, so that code grows with the graph.
const FEW: usize = 8;

/// Which node is computed at which level, and which are kept in arrays.
pub(super) struct Schedule<'g> {
    graph: &'g Graph,
    phases: &'g [usize],
    levels: Vec<usize>,
    stored: Vec<bool>,
}

impl<'g> Schedule<'g> {
    pub(super) fn new(graph: &'g Graph, phases: &'g [usize], roots: &[NodeId]) -> Schedule<'g> {
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
        // How many steps it takes to compute a node again.
        let mut again = vec![0_usize; graph.len()];
        for id in graph.ids().filter(|id| is_loop(graph, *id)) {
            let node = graph.node(id);
            let at = id.index();
            let there = |arg: &NodeId| {
                !is_loop(graph, *arg) || self.stored[arg.index()] || cheap[arg.index()]
            };
            let unstored = node.args.iter().filter(|arg| !self.stored[arg.index()]);
            again[at] = unstored.fold(1, |sum, arg| sum.saturating_add(again[arg.index()]));
            cheap[at] = (node.op.is_cheap() || node.kind == Kind::Condition)
                && node.args.iter().all(there)
                && again[at] <= FEW;
            self.stored[at] =
                node.kind != Kind::Condition && (asked[at] || crossed[at] && !cheap[at]);
        }
    }

    fn group(&self, id: NodeId) -> (usize, Shape) {
        (self.levels[id.index()], self.graph.shape(id))
    }

    /// The steps of one phase that `roots` need, in order.
    pub(super) fn steps(&self, phase: usize, roots: &[NodeId]) -> Vec<Step> {
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
                Op::Apply(rule) if rule.is_matmul() => {
                    others.entry(level).or_default().push(Step::Product(id));
                }
                Op::Pad { .. } | Op::Stack | Op::Others(_) => {
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
        let mut steps = Set::default();
        let mut inputs = Set::default();
        let mut own = Set::default();
        let mut open: Vec<NodeId> = Vec::new();
        for output in &kernel.outputs {
            match output {
                Output::Full(node) => {
                    own.insert(*node);
                    steps.insert(*node);
                    open.extend(&self.graph.node(*node).args);
                }
                Output::Reduced { of, .. } => open.push(*of),
            }
        }
        while let Some(id) = open.pop() {
            if self.graph.constant(id).is_some() {
                continue;
            }
            if is_loop(self.graph, id) && (own.contains(&id) || !self.stored[id.index()]) {
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
    pub(super) fn reads(&self, steps: &[Step], results: &[NodeId]) -> Vec<NodeId> {
        let made: Set<NodeId> = steps.iter().flat_map(Step::makes).collect();
        let mut read = results.to_vec();
        read.extend(steps.iter().flat_map(|step| step.reads(self.graph)));
        read.into_iter()
            .map(|id| source(self.graph, id))
            .filter(|id| !made.contains(id))
            .collect()
    }
}

fn is_size(op: &Op) -> bool {
    matches!(op, Op::Extent(_))
}

/// Whether a node is computed entry by entry in a loop.
fn is_loop(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    node.op.is_elementwise() && !node.shape.is_empty()
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
