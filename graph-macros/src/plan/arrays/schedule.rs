//! The order of a body: levels, loops, and what is stored between them.
//!
//! Every node gets a level. Numbers of a level are computed first, then its loops and products; what a loop makes is there from
//! the next level on. All element-wise nodes of one level and one shape are one loop (a [`Kernel`]), with the reductions of
//! what it computes. Invariant: a loop reads only what earlier levels stored, inputs and literals; an element-wise
//! node that a later level needs is either stored or, if that is cheaper, computed again there; conditions always are.

use std::collections::BTreeMap;

use super::{Kernel, Output, Step, is_view, source};
use crate::graph::{Graph, Kind, NodeId, Op, Shape};
use crate::hash::{Map, Set};
use crate::plan::steps::Loop;

/// The most steps that a loop takes to compute a node again instead of reading it, so that code grows with the graph.
const FEW: usize = 8;

/// The most operands that a loop reads, or nearly so: what rustc needs for a loop grows faster than they do.
const WIDE: usize = 48;

/// Which node is computed at which level, and which are kept in arrays.
pub(super) struct Schedule<'g> {
    graph: &'g Graph,
    phases: &'g [usize],
    levels: Vec<usize>,
    stored: Vec<bool>,
    /// Which element-wise nodes are as well computed again as read.
    cheap: Vec<bool>,
}

impl<'g> Schedule<'g> {
    pub(super) fn new(graph: &'g Graph, phases: &'g [usize], roots: &[NodeId]) -> Schedule<'g> {
        let levels = levels(graph, phases);
        let mut schedule = Schedule {
            graph,
            phases,
            levels,
            stored: vec![false; graph.len()],
            cheap: vec![true; graph.len()],
        };
        schedule.decide(roots);
        schedule.divide(roots);
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
        // How many steps it takes to compute a node again.
        let mut again = vec![0_usize; graph.len()];
        for id in graph.ids().filter(|id| is_loop(graph, *id)) {
            let node = graph.node(id);
            let at = id.index();
            let there = |arg: &NodeId| {
                !is_loop(graph, *arg) || self.stored[arg.index()] || self.cheap[arg.index()]
            };
            let unstored = node.args.iter().filter(|arg| !self.stored[arg.index()]);
            again[at] = unstored.fold(1, |sum, arg| sum.saturating_add(again[arg.index()]));
            self.cheap[at] = (node.op.is_cheap() || node.kind == Kind::Condition)
                && node.args.iter().all(there)
                && again[at] <= FEW;
            self.stored[at] =
                node.kind != Kind::Condition && (asked[at] || crossed[at] && !self.cheap[at]);
        }
    }

    fn group(&self, id: NodeId) -> (usize, Shape) {
        (self.levels[id.index()], self.graph.shape(id))
    }

    /// Stores what many steps of a wide loop share, so that the loop can be split.
    fn divide(&mut self, roots: &[NodeId]) {
        for phase in 0..=self.phases.iter().copied().max().unwrap_or(0) {
            for mut kernel in self.loops(&self.needed(phase, roots)).into_values() {
                self.fill(&mut kernel);
                if !is_wide(&kernel) {
                    continue;
                }
                let mut readers: Map<NodeId, usize> = Map::default();
                for read in kernel.reads(self.graph) {
                    *readers.entry(read).or_default() += 1;
                }
                for id in kernel.steps {
                    let shared = readers.get(&id).is_some_and(|readers| *readers > WIDE / 2);
                    let stays =
                        self.cheap[id.index()] || self.graph.node(id).kind == Kind::Condition;
                    self.stored[id.index()] |= shared && !stays;
                }
            }
        }
    }

    /// One loop for all of one level and one shape, with what it makes.
    fn loops(&self, needed: &[NodeId]) -> BTreeMap<(usize, Shape), Kernel> {
        let mut loops: BTreeMap<(usize, Shape), Kernel> = BTreeMap::new();
        for id in needed {
            let node = self.graph.node(*id);
            let output = match &node.op {
                Op::Reduce(..) => Output::Reduced {
                    node: *id,
                    of: node.args[0],
                },
                _ if is_loop(self.graph, *id) && self.stored[id.index()] => Output::Full(*id),
                _ => continue,
            };
            let key = (self.levels[id.index()], self.graph.shape(output.value()));
            let kernel = loops.entry(key);
            let kernel = kernel.or_insert_with_key(|(_, shape)| Kernel::over(shape));
            kernel.outputs.push(output);
        }
        loops
    }

    /// The steps of one phase that `roots` need, in order.
    pub(super) fn steps(&self, phase: usize, roots: &[NodeId]) -> Vec<Step> {
        let mut others: BTreeMap<usize, Vec<Step>> = BTreeMap::new();
        let mut numbers: BTreeMap<usize, Vec<Step>> = BTreeMap::new();
        let needed = self.needed(phase, roots);
        for id in needed.iter().copied() {
            let node = self.graph.node(id);
            let level = self.levels[id.index()];
            match &node.op {
                Op::Reduce(..) => {}
                _ if is_loop(self.graph, id) => {}
                Op::Apply(rule) if rule.is_matmul() || rule.is_of_matrices() => {
                    others.entry(level).or_default().push(Step::Product(id));
                }
                Op::Gather { .. } if node.shape.is_empty() => {
                    numbers.entry(level).or_default().push(Step::Entry(id));
                }
                Op::Pad { .. }
                | Op::Stack
                | Op::Concat(_)
                | Op::Reshape
                | Op::Others(_)
                | Op::Reverse(_)
                | Op::Gather { .. }
                | Op::Scatter { .. } => {
                    others.entry(level).or_default().push(Step::Assemble(id));
                }
                Op::View(_) if !is_view(self.graph, id) => {
                    numbers.entry(level).or_default().push(Step::Entry(id));
                }
                Op::Input { .. } | Op::Const(_) | Op::View(_) | Op::Slice { .. } | Op::Iota => {}
                // What a loop leaves is bound where it runs.
                Op::Part(_) if matches!(self.graph.node(node.args[0]).op, Op::Scan(_)) => {}
                Op::Scan(_) => {
                    let of = Loop::of(self.graph, id);
                    numbers
                        .entry(level)
                        .or_default()
                        .push(Step::Loop(Box::new(of)));
                }
                _ => numbers.entry(level).or_default().push(Step::Number(id)),
            }
        }
        let mut steps = Vec::new();
        let mut kernels: BTreeMap<usize, Vec<Kernel>> = BTreeMap::new();
        for ((level, _), kernel) in self.loops(&needed) {
            let split = self
                .split(kernel)
                .into_iter()
                .map(|kernel| self.sorted(kernel));
            kernels.entry(level).or_default().extend(split);
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

    /// A loop with its inputs in the order in which its steps read them, so that loops of one pattern look alike.
    fn sorted(&self, mut kernel: Kernel) -> Kernel {
        let mut places: Map<NodeId, usize> = Map::default();
        for (place, id) in kernel.reads(self.graph).enumerate() {
            places.entry(id).or_insert(place);
        }
        kernel.inputs.sort_by_key(|id| places[id]);
        kernel
    }

    /// A loop as it is if it is narrow, else as several: outputs that share work which is not cheap stay together.
    fn split(&self, mut whole: Kernel) -> Vec<Kernel> {
        self.fill(&mut whole);
        if !is_wide(&whole) {
            return vec![whole];
        }
        let mut kernels: Vec<Kernel> = Vec::new();
        for run in self.runs(whole) {
            match kernels.last_mut() {
                Some(last)
                    if last.reads_with(&run) <= WIDE
                        && last.outputs.len() + run.outputs.len() <= WIDE =>
                {
                    last.join(run);
                }
                _ => kernels.push(run),
            }
        }
        kernels
    }

    /// The outputs of a loop in runs, each filled: as short as they can be if work that is not cheap is done once. A run
    /// reads outputs of those before it only.
    fn runs(&self, mut whole: Kernel) -> Vec<Kernel> {
        let mut leaders: Map<NodeId, NodeId> = whole.steps.iter().map(|id| (*id, *id)).collect();
        for id in &whole.steps {
            for arg in &self.graph.node(*id).args {
                let shares = self.again(*arg) && !self.cheap[arg.index()];
                if shares && leaders.contains_key(arg) {
                    let (one, other) = (leader(&mut leaders, *id), leader(&mut leaders, *arg));
                    leaders.insert(one.max(other), one.min(other));
                }
            }
        }
        whole.outputs.sort_by_key(Output::value);
        let shared = |leaders: &mut _, output: &Output| {
            whole.steps.binary_search(&output.value()).ok()?;
            Some(leader(leaders, output.value()))
        };
        let mut last: Map<NodeId, usize> = Map::default();
        for (at, output) in whole.outputs.iter().enumerate() {
            last.extend(shared(&mut leaders, output).map(|leader| (leader, at)));
        }
        let mut runs: Vec<Kernel> = Vec::new();
        let mut end = 0;
        for (at, output) in whole.outputs.into_iter().enumerate() {
            if at >= end {
                runs.push(Kernel::over(&whole.shape));
            }
            if let Some(leader) = shared(&mut leaders, &output) {
                end = end.max(last[&leader] + 1);
            }
            if let Some(run) = runs.last_mut() {
                run.outputs.push(output);
            }
        }
        runs.iter_mut().for_each(|run| self.fill(run));
        runs
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

fn is_wide(kernel: &Kernel) -> bool {
    kernel.inputs.len().max(kernel.outputs.len()) > WIDE
}

/// The node that stands for all that a node is tied to.
fn leader(leaders: &mut Map<NodeId, NodeId>, mut id: NodeId) -> NodeId {
    while leaders[&id] != id {
        let next = leaders[&leaders[&id]];
        leaders.insert(id, next);
        id = next;
    }
    id
}

/// Whether a node is computed entry by entry in a loop.
fn is_loop(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    node.op.is_elementwise() && !node.shape.is_empty()
}

/// The level of each node; a later phase begins above all levels of the one before it.
fn levels(graph: &Graph, phases: &[usize]) -> Vec<usize> {
    let mut levels = vec![0; graph.len()];
    // What a loop reads from outside to compute a node.
    let mut operands = vec![Set::default(); graph.len()];
    let mut ground = 0;
    for phase in 0..=phases.iter().copied().max().unwrap_or(0) {
        let mut highest = ground;
        for id in graph.ids().filter(|id| phases[id.index()] == phase) {
            let node = graph.node(id);
            if node.args.is_empty() {
                continue;
            }
            let least = node
                .args
                .iter()
                .map(|arg| level_for(graph, &levels, id, *arg));
            let mut level = least.max().unwrap_or(0).max(ground);
            if is_loop(graph, id) {
                let fused = |arg: NodeId| is_loop(graph, arg) && levels[arg.index()] == level;
                let mut read = Set::default();
                for arg in &node.args {
                    if fused(*arg) {
                        read.extend(&operands[arg.index()]);
                    } else if graph.constant(*arg).is_none() {
                        read.insert(*arg);
                    }
                }
                if read.len() > WIDE && node.args.iter().any(|arg| fused(*arg)) {
                    read = node.args.iter().copied().collect();
                    level += 1;
                }
                operands[id.index()] = read;
            }
            levels[id.index()] = level;
            highest = highest.max(level + 1);
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
