//! Reverse mode: appends the adjoints of inputs to a graph.
//!
//! The walk goes from the outputs back. At each node the contributions that have arrived are summed, multiplied by the
//! node's partials and passed on to its arguments. Invariant: a node is visited after all of its uses, since uses come
//! later in the list; nodes made by the walk itself are never visited.

use std::collections::{BTreeMap, BTreeSet};

use super::algebra::{self, How};
use super::calculus::{formula_of_reduction, partial_of_reduction, scaled_partial};
use super::mask::{Mask, Masks, ROOT};
use super::{lifted, matrices, scan};
use crate::activity::{active, passes};
use crate::builder::Builder;
use crate::formula;
use crate::graph::{Dim, Kind, NodeId, Op, Reduction, Shape};
use crate::hash::Map;
use crate::rules::rows;
use crate::shape;

/// The adjoints of `sources` for seeded outputs; none where an output does not depend on one.
pub fn append(
    graph: &mut Builder,
    seeded: &[(NodeId, NodeId)],
    sources: &[NodeId],
) -> Vec<Option<NodeId>> {
    Walk::new(graph, sources).back(seeded, sources)
}

/// The same for each of `outputs` alone, under one seed.
pub fn append_each(
    graph: &mut Builder,
    outputs: &[NodeId],
    seed: NodeId,
    sources: &[NodeId],
) -> Vec<Vec<Option<NodeId>>> {
    let mut walk = Walk::new(graph, sources);
    let rows = outputs.iter().map(|output| {
        walk.masks = Masks::new();
        walk.back(&[(*output, seed)], sources)
    });
    rows.collect()
}

pub(super) struct Walk<'g> {
    pub graph: &'g mut Builder,
    masks: Masks,
    arrived: Vec<Vec<(Mask, NodeId)>>,
    /// The seeds of each call's parts, by part.
    seeds: Map<NodeId, Vec<(usize, Mask, NodeId)>>,
    /// Where something has arrived that has not been passed on.
    pending: BTreeSet<NodeId>,
    active: Vec<bool>,
}

impl<'g> Walk<'g> {
    pub fn new(graph: &'g mut Builder, sources: &[NodeId]) -> Walk<'g> {
        Walk {
            masks: Masks::new(),
            arrived: vec![Vec::new(); graph.len()],
            seeds: Map::default(),
            pending: BTreeSet::new(),
            active: active(graph, sources),
            graph,
        }
    }

    /// Visits what the seeds reach and nothing else, so that a walk costs what it passes.
    fn back(&mut self, seeded: &[(NodeId, NodeId)], sources: &[NodeId]) -> Vec<Option<NodeId>> {
        for &(output, seed) in seeded {
            self.arrive(output, ROOT, seed);
        }
        while let Some(id) = self.pending.pop_last() {
            self.visit(id, sources);
        }
        let arrived = |source: &NodeId| std::mem::take(&mut self.arrived[source.index()]);
        let arrived: Vec<_> = sources.iter().map(arrived).collect();
        let adjoints = sources.iter().zip(arrived);
        adjoints
            .map(|(source, arrived)| {
                self.graph.set_place(self.graph.node(*source).place);
                let adjoint = self.masks.settle(self.graph, arrived)?;
                self.name(*source, adjoint);
                Some(adjoint)
            })
            .collect()
    }

    pub fn is_active(&self, id: NodeId) -> bool {
        self.active[id.index()]
    }

    pub fn join(&mut self, contributions: Vec<(Mask, NodeId)>) -> Option<(Mask, NodeId)> {
        self.masks.join(self.graph, contributions)
    }

    pub fn settle(&mut self, contributions: Vec<(Mask, NodeId)>) -> Option<NodeId> {
        self.masks.settle(self.graph, contributions)
    }

    /// What arrives at `ends` when a seed starts from one node and passes those `between`, the last first.
    pub fn carry(
        &mut self,
        (from, mask, seed): (NodeId, Mask, NodeId),
        between: &[NodeId],
        ends: &[NodeId],
    ) -> Vec<Vec<(Mask, NodeId)>> {
        self.graph.set_place(self.graph.node(from).place);
        self.pass_on(from, mask, seed);
        for id in between {
            self.visit(*id, ends);
        }
        let arrived = |end: &NodeId| std::mem::take(&mut self.arrived[end.index()]);
        ends.iter().map(arrived).collect()
    }

    fn arrive(&mut self, id: NodeId, mask: Mask, contribution: NodeId) {
        if self.active[id.index()] {
            self.arrived[id.index()].push((mask, contribution));
            self.pending.insert(id);
        }
    }

    fn visit(&mut self, id: NodeId, sources: &[NodeId]) {
        if let Some(seeds) = self.seeds.remove(&id) {
            self.graph.set_place(self.graph.node(id).place);
            self.through_call(id, &seeds);
        }
        if self.arrived[id.index()].is_empty() || sources.contains(&id) {
            return;
        }
        let contributions = std::mem::take(&mut self.arrived[id.index()]);
        self.graph.set_place(self.graph.node(id).place);
        let Some((mask, seed)) = self.masks.join(self.graph, contributions) else {
            return;
        };
        self.name(id, seed);
        self.pass_on(id, mask, seed);
    }

    /// The adjoint of a named node is named after it.
    fn name(&mut self, id: NodeId, adjoint: NodeId) {
        if let Some(name) = &self.graph.node(id).name {
            let name = format!("d_{name}");
            self.graph.suggest_name(adjoint, name);
        }
    }

    fn pass_on(&mut self, id: NodeId, mask: Mask, seed: NodeId) {
        let node = self.graph.node(id).clone();
        match &node.op {
            Op::Select => {
                for (arg, holds) in [(1, true), (2, false)] {
                    let under = self.masks.under(self.graph, mask, node.args[0], holds);
                    self.arrive(node.args[arg], under, seed);
                }
            }
            Op::Variable { .. } => self.arrive(node.args[0], mask, seed),
            _ if node.op.is_elementwise() => {
                for (at, arg) in node.args.iter().enumerate() {
                    if self.active[arg.index()]
                        && passes(&node.op, at)
                        && let Some(contribution) = scaled_partial(self.graph, id, at, seed)
                    {
                        self.arrive(*arg, mask, contribution);
                    }
                }
            }
            Op::Reduce(reduction, axes) => {
                self.through_reduction(id, node.args[0], *reduction, axes, mask, seed);
            }
            Op::Others(axes) => self.through_others(node.args[0], axes, mask, seed),
            Op::Push { .. } => {
                let seed = self.settled(mask, seed);
                let active: Vec<bool> = node
                    .args
                    .iter()
                    .map(|arg| self.active[arg.index()])
                    .collect();
                let adjoints = lifted::adjoints_of_push(self.graph, id, seed, &active);
                for (arg, adjoint) in node.args.iter().zip(adjoints) {
                    if let Some(adjoint) = adjoint {
                        self.arrive(*arg, ROOT, adjoint);
                    }
                }
            }
            Op::Part(part) => {
                let seeds = self.seeds.entry(node.args[0]).or_default();
                seeds.push((*part, mask, seed));
                self.pending.insert(node.args[0]);
            }
            _ => {
                let settled = self.settled(mask, seed);
                self.through_structure(id, settled);
            }
        }
    }

    fn settled(&mut self, mask: Mask, seed: NodeId) -> NodeId {
        self.masks
            .settle(self.graph, vec![(mask, seed)])
            .unwrap_or(seed)
    }

    fn through_reduction(
        &mut self,
        id: NodeId,
        arg: NodeId,
        reduction: Reduction,
        axes: &[usize],
        mask: Mask,
        seed: NodeId,
    ) {
        let shape = self.graph.shape(arg);
        let mut spread =
            |graph: &mut Builder, node: NodeId| Some(graph.unreduce(node, axes, &shape));
        let Some(mask) = self.masks.carry(self.graph, mask, &mut spread) else {
            return;
        };
        let graph = &mut *self.graph;
        let seed = graph.unreduce(seed, axes, &shape);
        let Some(partial) = partial_of_reduction(graph, reduction, id, arg, axes) else {
            return;
        };
        let how = How {
            singular: reduction == Reduction::Norm,
            known: false,
        };
        if let Some(contribution) = algebra::product_by(graph, seed, partial, how) {
            self.arrive(arg, mask, contribution);
        }
    }

    /// The products of all other entries, by the formula that they stand for: its nodes are new, and are passed like those that were
    /// there.
    fn through_others(&mut self, x: NodeId, axes: &[usize], mask: Mask, seed: NodeId) {
        let graph = &mut *self.graph;
        let product = graph.reduce(Reduction::Prod, x, axes);
        let formula = formula_of_reduction(graph, Reduction::Prod, product, x, axes);
        let Some(formula) = formula else { return };
        for id in self.graph.ids().skip(self.active.len()) {
            let node = self.graph.node(id);
            let mut args = node.args.iter().enumerate();
            let is_active = args.any(|(at, arg)| self.active[arg.index()] && passes(&node.op, at));
            self.active.push(is_active);
        }
        self.arrived.resize(self.active.len(), Vec::new());
        self.arrive(formula, mask, seed);
    }

    /// The seeds of a call's value go back through its `vjp`, all at once.
    ///
    /// In a graph of numbers, seeds that hold under one condition make adjoints that hold under it; a `vjp` may be undefined
    /// where its branch is not taken, whatever the seed.
    fn through_call(&mut self, id: NodeId, seeds: &[(usize, Mask, NodeId)]) {
        let parts = self.graph.node(id).clone();
        let call = match parts.op {
            Op::Call(call) => call,
            Op::Scan(_) => return self.through_scan(id, seeds),
            Op::Pull(_) | Op::Lifted { .. } => return self.through_pull(id, seeds),
            _ => return,
        };
        let ids = parts
            .args
            .iter()
            .chain(seeds.iter().map(|(_, _, seed)| seed));
        let numbers = ids
            .into_iter()
            .all(|id| self.graph.node(*id).shape.is_empty());
        let common = seeds.first().map_or(ROOT, |(_, mask, _)| *mask);
        let together = numbers && seeds.iter().all(|(_, mask, _)| *mask == common);
        let mask = if together { common } else { ROOT };
        let settled = seeds.iter().map(|(part, under, seed)| match together {
            true => (*part, *seed),
            false => (*part, self.settled(*under, *seed)),
        });
        let settled: Vec<(usize, NodeId)> = settled.collect();
        let mut inputs = parts.args.clone();
        inputs.extend(seeds_of_parts(self.graph, call, &parts.shape, &settled));
        let pull = self
            .graph
            .push(Op::Pull(call), inputs, parts.shape.clone(), Kind::Parts);
        for (at, arg) in parts.args.iter().enumerate() {
            if self.active[arg.index()] {
                let shape = self.graph.shape(*arg);
                let adjoint = self
                    .graph
                    .push(Op::Part(at), vec![pull], shape, Kind::Number);
                let adjoint = match together || seeds.iter().any(|(_, mask, _)| *mask != common) {
                    true => adjoint,
                    false => self.kept_out(common, id, adjoint),
                };
                self.arrive(*arg, mask, adjoint);
            }
        }
    }

    /// The seeds of what a pullback gives go back to its arguments and its own seeds, all at once.
    fn through_pull(&mut self, id: NodeId, seeds: &[(usize, Mask, NodeId)]) {
        let settled = seeds
            .iter()
            .map(|(part, mask, seed)| (*part, self.settled(*mask, *seed)));
        let settled: Vec<(usize, NodeId)> = settled.collect();
        let args = self.graph.node(id).args.clone();
        let active: Vec<bool> = args.iter().map(|arg| self.active[arg.index()]).collect();
        let adjoints = lifted::adjoints(self.graph, id, &settled, &active);
        for (arg, adjoint) in args.into_iter().zip(adjoints) {
            if let Some(adjoint) = adjoint {
                self.arrive(arg, ROOT, adjoint);
            }
        }
    }

    /// The seeds of a loop's parts go back through its steps, all at once.
    fn through_scan(&mut self, id: NodeId, seeds: &[(usize, Mask, NodeId)]) {
        let mut by_part: BTreeMap<usize, Vec<(Mask, NodeId)>> = BTreeMap::new();
        for (part, mask, seed) in seeds {
            by_part.entry(*part).or_default().push((*mask, *seed));
        }
        let mut settled = Vec::new();
        for (part, contributions) in by_part {
            let seed = self.masks.settle(self.graph, contributions);
            settled.extend(seed.map(|seed| (part, seed)));
        }
        let args = self.graph.node(id).args.clone();
        let active: Vec<bool> = args.iter().map(|arg| self.active[arg.index()]).collect();
        let adjoints = scan::pull(self.graph, id, &settled, &active);
        for (arg, adjoint) in args.into_iter().zip(adjoints) {
            if let Some(adjoint) = adjoint {
                self.arrive(arg, ROOT, adjoint);
            }
        }
    }

    /// The adjoint of an array that a call takes, without what is no number where the entry of the call's value at the same place
    /// is not taken: a pullback of arrays gets a seed of 0 there, and may divide it by 0.
    fn kept_out(&mut self, mask: Mask, call: NodeId, adjoint: NodeId) -> NodeId {
        let shape = self.graph.shape(adjoint);
        let node = self.graph.node(call);
        let Op::Call(at) = node.op else {
            return adjoint;
        };
        let mut outputs = self.graph.calls[at].outputs.iter();
        if !node.is_mapped() && outputs.any(|output| *output != shape) {
            return adjoint;
        }
        let Some(open) = self.masks.condition(self.graph, mask) else {
            return adjoint;
        };
        let is_number = self.graph.call(rows::equal, &[adjoint, adjoint]);
        let kept = self.graph.call(rows::or, &[open, is_number]);
        let zero = self.graph.number(0.0);
        let zero = self.graph.spread(zero, &shape);
        self.graph.select(kept, adjoint, zero)
    }

    /// Operations that only move entries, and products: their adjoints hold always.
    ///
    /// Where an entry of the seed is 0 since its branch is not taken, or the seed can be singular, zeros of products are strong.
    fn through_structure(&mut self, id: NodeId, seed: NodeId) {
        let node = self.graph.node(id).clone();
        let shapes: Vec<Shape> = node.args.iter().map(|arg| self.graph.shape(*arg)).collect();
        match &node.op {
            Op::View(map) => {
                let adjoint = unview(self.graph, seed, map, &shapes[0]);
                self.arrive(node.args[0], ROOT, adjoint);
            }
            Op::Slice { axis, start } => {
                let adjoint = self
                    .graph
                    .pad(seed, *axis, start.clone(), shapes[0].clone());
                self.arrive(node.args[0], ROOT, adjoint);
            }
            Op::Pad { axis, start } => {
                let adjoint =
                    self.graph
                        .slice(seed, *axis, start.clone(), shapes[0][*axis].clone());
                self.arrive(node.args[0], ROOT, adjoint);
            }
            Op::Reshape => {
                let adjoint = self.graph.reshape(seed, shapes[0].clone());
                self.arrive(node.args[0], ROOT, adjoint);
            }
            Op::Concat(axis) => {
                let starts = Dim::starts(shapes.iter().map(|shape| &shape[*axis]));
                for ((arg, shape), start) in node.args.iter().zip(&shapes).zip(starts) {
                    let extent = shape[*axis].clone();
                    let adjoint = self.graph.slice(seed, *axis, start, extent);
                    self.arrive(*arg, ROOT, adjoint);
                }
            }
            Op::Reverse(axis) => {
                let adjoint = self.graph.reverse(seed, *axis);
                self.arrive(node.args[0], ROOT, adjoint);
            }
            Op::Gather { axis, shared } => {
                let at = (*axis, *shared);
                let adjoint = self
                    .graph
                    .scatter(seed, node.args[1], at, shapes[0].clone());
                self.arrive(node.args[0], ROOT, adjoint);
            }
            Op::Scatter { axis, shared } => {
                let adjoint = self.graph.gather(seed, node.args[1], *axis, *shared);
                self.arrive(node.args[0], ROOT, adjoint);
            }
            Op::Stack => {
                for (at, arg) in node.args.iter().enumerate() {
                    let entry = self
                        .graph
                        .slice(seed, 0, Dim::literal(at as i64), Dim::literal(1));
                    let adjoint = self.graph.drop_axes(entry, &[0]);
                    self.arrive(*arg, ROOT, adjoint);
                }
            }
            Op::Apply(rule) if rule.is_of_matrices() => {
                for (at, arg) in node.args.iter().enumerate() {
                    if self.active[arg.index()]
                        && passes(&node.op, at)
                        && let Some(adjoint) = matrices::adjoint(self.graph, id, at, seed)
                    {
                        self.arrive(*arg, ROOT, adjoint);
                    }
                }
            }
            Op::Apply(rule) => {
                let arrives = self.graph.node(seed);
                let rule = match arrives.masked || arrives.singular {
                    true => rows::strong_matmul,
                    false => *rule,
                };
                for (at, arg) in node.args.iter().enumerate() {
                    if self.active[arg.index()]
                        && let Some(adjoint) =
                            formula::adjoint(self.graph, rule, at, &node.args, [id, seed])
                    {
                        self.arrive(*arg, ROOT, adjoint);
                    }
                }
            }
            op => unreachable!("nothing goes back through `{op}`"),
        }
    }
}

/// A seed for every part of a call: for each output, or for each entry of one where small arrays are taken apart. Parts that
/// nothing depends on have the seed zero.
pub fn seeds_of_parts(
    graph: &mut Builder,
    call: usize,
    over: &Shape,
    seeds: &[(usize, NodeId)],
) -> Vec<NodeId> {
    let (of, number) = (&graph.calls[call], shape::number());
    let shapes: Vec<Shape> = match of.is_apart {
        true => vec![number; of.outputs.iter().map(|output| shape::entries(output)).sum()],
        false if over.is_empty() => of.outputs.clone(),
        false => vec![over.clone(); of.outputs.len()],
    };
    let zero = graph.number(0.0);
    let zeros = shapes.iter().map(|shape| graph.spread(zero, shape));
    let mut all: Vec<NodeId> = zeros.collect();
    for (part, seed) in seeds {
        all[*part] = *seed;
    }
    all
}

/// The adjoint of a view: sums over the axes that were new, and puts the others back.
fn unview(graph: &mut Builder, seed: NodeId, map: &[Option<usize>], source: &Shape) -> NodeId {
    let spread = graph.shape(seed);
    let new: Vec<usize> = (0..map.len()).filter(|axis| map[*axis].is_none()).collect();
    let (single, summed): (Vec<usize>, Vec<usize>) =
        new.into_iter().partition(|axis| spread[*axis].is_one());
    let sum = graph.reduce(Reduction::Sum, seed, &summed);
    // Where each axis of the source is now, after the sums have taken theirs.
    let left: Vec<Option<usize>> = (0..map.len())
        .filter(|axis| !summed.contains(axis))
        .map(|axis| {
            if single.contains(&axis) {
                None
            } else {
                map[axis]
            }
        })
        .collect();
    let back = (0..source.len())
        .map(|axis| left.iter().position(|from| *from == Some(axis)))
        .collect();
    graph.view(sum, back, source.clone())
}
