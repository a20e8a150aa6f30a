//! Derivatives of loops whose steps depend on one another: loops over the derivative of a step.
//!
//! Reverse mode of a loop is a loop backwards: it carries the adjoints of the states, and adds up those of what is the same in all
//! steps. Forward mode is a loop beside it that carries tangents. Both read what the loop itself has computed: what is
//! cheap they compute again, and the rest the loop gives them of each step. So a derivative loop is one like any other, and has
//! derivatives itself. Invariant: the loop that is differentiated stays as it is but for what it gives.

use std::rc::Rc;

use super::algebra::or_zero;
use super::scalars::{entry, extents, positions, side_by_side};
use super::steps::leaf;
use super::{jvp, matrices, vjp};
use crate::activity;
use crate::builder::Builder;
use crate::graph::{Given, Graph, Kind, NodeId, Op, Order, Scan, Shape};
use crate::hash::{Map, Set};
use crate::rules::rows;
use crate::shape;

/// The adjoints of a loop's arguments, where its parts have these seeds; none where no part with a seed depends on one.
pub fn pull(
    graph: &mut Builder,
    id: NodeId,
    seeds: &[(usize, NodeId)],
    active: &[bool],
) -> Vec<Option<NodeId>> {
    let (at, args) = parts_of(graph, id);
    // What a search finds is held constant.
    if graph.scans[at].is_search {
        return vec![None; args.len()];
    }
    let entries = with_entries(Rc::make_mut(&mut graph.scans[at]));
    let scan = graph.scans[at].clone();
    let states = scan.states();
    let seeds: Map<usize, NodeId> = seeds.iter().copied().collect();
    let moves = activity::in_steps(&scan, active);
    let mut carried: Vec<bool> = (0..states)
        .map(|at| moves[at] && seeds.contains_key(&at))
        .collect();
    let mut is_strong = seeds.values().any(|seed| is_strong(graph, *seed));
    // Adjoints that no step changes, such as that of a sum: known in every step as they are known behind the last.
    let mut stays = vec![false; states];
    loop {
        let mut derived = Derived::of(&scan, args.len(), &entries);
        let mut seeded = Vec::new();
        let mut leaves = Vec::new();
        for part in 0..states + scan.given.len() {
            let is_seeded = match carried.get(part) {
                Some(is_carried) => *is_carried,
                None => seeds.contains_key(&part),
            };
            if !is_seeded {
                leaves.push(None);
                continue;
            }
            let of = scan.part(part);
            // A literal is known in every step.
            let is_known = stays.get(part).copied().unwrap_or(true);
            let literal = seeds.get(&part).filter(|_| is_known);
            let literal = literal.and_then(|seed| graph.constant(*seed));
            let seed = match literal {
                Some(value) => derived.literal_like(of, value),
                None => derived.leaf_like(of, is_strong),
            };
            seeded.push((of, seed));
            leaves.push(Some((seed, literal.is_some())));
        }
        let sources: Vec<Option<NodeId>> = scan.leaves(args.len());
        let sources = sources.into_iter().zip(&moves);
        let sources: Vec<Option<NodeId>> = sources
            .map(|(leaf, moves)| leaf.filter(|_| *moves))
            .collect();
        let found: Vec<NodeId> = sources.iter().flatten().copied().collect();
        let mut adjoints = vjp::append(&mut derived.body, &seeded, &found).into_iter();
        let adjoints: Vec<Option<NodeId>> = sources
            .iter()
            .map(|source| source.and_then(|_| adjoints.next().flatten()))
            .collect();
        let reached = |at: &usize| adjoints[*at].is_some() && !carried[*at];
        let reached: Vec<usize> = (0..states).filter(reached).collect();
        let turns_strong = !is_strong
            && adjoints
                .iter()
                .flatten()
                .any(|adjoint| self::is_strong(&derived.body, *adjoint));
        let seed = |at: usize| leaves[at].map(|(seed, _)| seed);
        let stays_now: Vec<bool> = (0..states)
            .map(|at| seeds.contains_key(&at) && adjoints[at].is_some() && adjoints[at] == seed(at))
            .collect();
        if !reached.is_empty() || turns_strong || stays_now != stays {
            reached.into_iter().for_each(|at| carried[at] = true);
            is_strong |= turns_strong;
            stays = stays_now;
            continue;
        }
        let leaves = leaves
            .iter()
            .map(|leaf| leaf.filter(|(_, is_literal)| !is_literal));
        let leaves: Vec<Option<NodeId>> = leaves.map(|leaf| Some(leaf?.0)).collect();
        return derived.backwards(graph, id, (&leaves, &stays), &seeds, &adjoints);
    }
}

/// The tangents of a loop's parts, where its arguments move so; none where a part does not move.
pub fn push(graph: &mut Builder, id: NodeId, moved: &[Option<NodeId>]) -> Vec<Option<NodeId>> {
    let (at, args) = parts_of(graph, id);
    let scan = graph.scans[at].clone();
    let states = scan.states();
    let count = states + scan.given.len();
    if scan.is_search || moved.iter().all(Option::is_none) {
        return vec![None; count];
    }
    let entries = with_entries(Rc::make_mut(&mut graph.scans[at]));
    let scan = graph.scans[at].clone();
    let mut moves: Vec<bool> = moved.iter().map(Option::is_some).collect();
    let mut is_strong = moved.iter().flatten().any(|moved| is_strong(graph, *moved));
    loop {
        let mut derived = Derived::of(&scan, args.len(), &entries);
        let leaves = scan.leaves(args.len());
        let mut pairs = Vec::new();
        let mut tangents = vec![None; args.len()];
        for at in (0..args.len()).filter(|at| moves[*at]) {
            // A state that no step reads is carried all the same, since its last value may be asked for.
            let like = leaves[at].or_else(|| scan.next.get(at).copied());
            let Some(like) = like else { continue };
            let tangent = derived.leaf_like(like, is_strong);
            tangents[at] = Some(tangent);
            pairs.extend(leaves[at].map(|leaf| (leaf, tangent)));
        }
        let outputs: Vec<NodeId> = (0..count).map(|part| scan.part(part)).collect();
        let found = jvp::append(&mut derived.body, &pairs, &outputs);
        let reached = |at: &usize| found[*at].is_some() && !moves[*at];
        let reached: Vec<usize> = (0..states).filter(reached).collect();
        let turns_strong = !is_strong
            && found
                .iter()
                .flatten()
                .any(|tangent| self::is_strong(&derived.body, *tangent));
        if !reached.is_empty() || turns_strong {
            reached.into_iter().for_each(|at| moves[at] = true);
            is_strong |= turns_strong;
            continue;
        }
        return derived.forwards(graph, id, &tangents, moved, &found);
    }
}

/// A part of a loop, in the graph that it stands in.
pub fn part(graph: &mut Builder, id: NodeId, at: usize) -> NodeId {
    let (scan, _) = parts_of(graph, id);
    let scan = graph.scans[scan].clone();
    let own = scan.body.shape(scan.part(at));
    let steps = (at >= scan.states()).then(|| scan.length.clone());
    let shape: Shape = steps.into_iter().chain(own.iter().cloned()).collect();
    graph.push(Op::Part(at), vec![id], shape, Kind::Number)
}

/// Which body a loop's node has, and its arguments.
pub fn parts_of(graph: &Graph, id: NodeId) -> (usize, Vec<NodeId>) {
    let node = graph.node(id);
    let Op::Scan(scan) = node.op else {
        unreachable!("{id} is a loop with a body")
    };
    (scan, node.args.clone())
}

/// Whether a zero of the value wins over whatever it is multiplied by.
fn is_strong(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    node.masked || node.singular
}

/// The entries of matrices in a body of numbers, which are kept one by one where a derivative reads the matrix.
type Entries = Map<NodeId, Vec<NodeId>>;

fn with_entries(scan: &mut Scan) -> Entries {
    let wholes = matrices::wholes(&scan.body, &vec![true; scan.body.len()]);
    let is_kept = |id: &NodeId| wholes[id.index()] && is_worth_keeping(&scan.body, *id);
    let kept: Vec<NodeId> = scan.body.ids().filter(is_kept).collect();
    let mut body = Builder::again(std::mem::take(&mut scan.body));
    let mut entries_of = |id: NodeId| {
        body.set_place(body.node(id).place);
        let places = positions(&extents(body.node(id)));
        places.map(|at| entry(&mut body, id, &at, 0)).collect()
    };
    let entries = kept.into_iter().map(|id| (id, entries_of(id))).collect();
    scan.body = body.finish();
    entries
}

/// The body of a loop with derivative nodes appended, and what becomes of it.
struct Derived<'s> {
    body: Builder,
    /// How many nodes the body has without them.
    primal: usize,
    /// The number of the next leaf.
    next_leaf: usize,
    entries: &'s Entries,
    is_entry: Set<NodeId>,
}

/// What a derivative loop is made of beside what it reads of the other.
#[derive(Default)]
struct Parts {
    /// The leaf of what it carries, what that is at first, and what a step makes of it.
    states: Vec<(NodeId, NodeId, NodeId)>,
    sequences: Vec<(NodeId, NodeId, Order)>,
    constants: Vec<(NodeId, NodeId)>,
    given: Vec<Given>,
}

impl<'s> Derived<'s> {
    fn of(scan: &Scan, args: usize, entries: &'s Entries) -> Derived<'s> {
        Derived {
            is_entry: entries.values().flatten().copied().collect(),
            entries,
            body: Builder::again(scan.body.clone()),
            primal: scan.body.len(),
            next_leaf: args,
        }
    }

    /// A new leaf for a derivative by or of a node.
    fn leaf_like(&mut self, like: NodeId, is_strong: bool) -> NodeId {
        let node = self.body.node(like);
        let (shape, name) = (node.shape.clone(), node.name.clone());
        let leaf = leaf(&mut self.body, self.next_leaf, shape, Kind::Number);
        self.next_leaf += 1;
        if is_strong {
            self.body.set_strong(leaf);
        }
        if let Some(name) = name {
            self.body.suggest_name(leaf, format!("d_{name}"));
        }
        leaf
    }

    fn literal_like(&mut self, like: NodeId, value: f64) -> NodeId {
        let shape = self.body.shape(like);
        let number = self.body.number(value);
        self.body.spread(number, &shape)
    }

    /// The loop backwards, and the adjoints of the arguments.
    fn backwards(
        mut self,
        graph: &mut Builder,
        id: NodeId,
        (leaves, stays): (&[Option<NodeId>], &[bool]),
        seeds: &Map<usize, NodeId>,
        adjoints: &[Option<NodeId>],
    ) -> Vec<Option<NodeId>> {
        let (at, args) = parts_of(graph, id);
        let scan = graph.scans[at].clone();
        let (states, moving) = (scan.states(), scan.moving());
        let mut parts = Parts::default();
        let mut found: Vec<Option<usize>> = vec![None; args.len()];
        for at in 0..states {
            let Some(leaf) = leaves[at] else { continue };
            if stays[at] {
                parts.constants.push((leaf, seeds[&at]));
                continue;
            }
            let shape = self.body.shape(leaf);
            let start = or_zero(graph, seeds.get(&at).copied(), &shape);
            let next = or_zero(&mut self.body, adjoints[at], &shape);
            found[at] = Some(parts.states.len());
            parts.states.push((leaf, start, next));
        }
        for (at, given) in scan.given.iter().enumerate() {
            if let Some(leaf) = leaves[states + at] {
                let seed = seeds[&(states + at)];
                parts.sequences.push((leaf, seed, given.order.reversed()));
            }
        }
        for at in moving..args.len() {
            let Some(adjoint) = adjoints[at] else {
                continue;
            };
            let shape = self.body.shape(adjoint);
            let is_strong = is_strong(&self.body, adjoint);
            let sum = self.leaf_like(adjoint, is_strong);
            let next = self.body.call(rows::add, &[sum, adjoint]);
            let start = or_zero(graph, None, &shape);
            found[at] = Some(parts.states.len());
            parts.states.push((sum, start, next));
        }
        for at in states..moving {
            let Some(node) = adjoints[at] else { continue };
            let order = scan.sequences[at - states].reversed();
            found[at] = Some(parts.states.len() + parts.given.len());
            parts.given.push(Given { node, order });
        }
        let new = self.close(graph, id, &parts, true);
        let part = |found: Option<usize>| found.map(|at| part(graph, new, at));
        let mut found: Vec<Option<NodeId>> = found.into_iter().map(part).collect();
        for at in (0..states).filter(|at| stays[*at]) {
            found[at] = Some(seeds[&at]);
        }
        found
    }

    /// The loop beside the other one, and the tangents of the parts.
    fn forwards(
        mut self,
        graph: &mut Builder,
        id: NodeId,
        tangents: &[Option<NodeId>],
        moved: &[Option<NodeId>],
        outputs: &[Option<NodeId>],
    ) -> Vec<Option<NodeId>> {
        let (at, _) = parts_of(graph, id);
        let scan = graph.scans[at].clone();
        let (states, moving) = (scan.states(), scan.moving());
        let mut parts = Parts::default();
        let mut found: Vec<Option<usize>> = vec![None; outputs.len()];
        for (at, tangent) in tangents.iter().enumerate() {
            let Some(leaf) = *tangent else { continue };
            let shape = self.body.shape(leaf);
            match moved[at] {
                start if at < states => {
                    let start = or_zero(graph, start, &shape);
                    let next = or_zero(&mut self.body, outputs[at], &shape);
                    found[at] = Some(parts.states.len());
                    parts.states.push((leaf, start, next));
                }
                Some(array) if at < moving => {
                    parts
                        .sequences
                        .push((leaf, array, scan.sequences[at - states]));
                }
                Some(value) => parts.constants.push((leaf, value)),
                None => unreachable!("only states move without their arguments"),
            }
        }
        for (at, given) in scan.given.iter().enumerate() {
            let Some(node) = outputs[states + at] else {
                continue;
            };
            found[states + at] = Some(parts.states.len() + parts.given.len());
            parts.given.push(Given { node, ..*given });
        }
        let new = self.close(graph, id, &parts, false);
        let part = |found: Option<usize>| found.map(|at| part(graph, new, at));
        found.into_iter().map(part).collect()
    }

    /// The loop over derivative nodes: what they read of the other loop becomes leaves.
    fn close(self, graph: &mut Builder, of: NodeId, parts: &Parts, is_backwards: bool) -> NodeId {
        let (at, args) = parts_of(graph, of);
        let scan = graph.scans[at].clone();
        let next = parts.states.iter().map(|(_, _, next)| *next);
        let roots: Vec<NodeId> = next
            .chain(parts.given.iter().map(|given| given.node))
            .collect();
        let (needed, read) = self.needed(&roots);
        let mut leaves = Leaves::default();
        for (leaf, start, _) in &parts.states {
            leaves.add(*leaf, *start);
        }
        let mut sequences = Vec::new();
        let mut constants = parts.constants.clone();
        for (leaf, array, order) in &parts.sequences {
            // What a view has spread over the steps is the same in all of them.
            if graph.node(*array).inserted & 1 == 1 {
                constants.push((*leaf, graph.drop_axes(*array, &[0])));
                continue;
            }
            leaves.add(*leaf, *array);
            sequences.push(*order);
        }
        let of_other = |order: Order| match is_backwards {
            true => order.reversed(),
            false => order,
        };
        for node in read {
            match self.body.input(node).map(|input| input.0) {
                Some(at) if at >= scan.moving() => constants.push((node, args[at])),
                Some(at) if at >= scan.states() => {
                    leaves.add(node, args[at]);
                    sequences.push(of_other(scan.sequences[at - scan.states()]));
                }
                _ => {
                    let scan = Rc::make_mut(&mut graph.scans[at]);
                    let there = self.in_other(scan, node);
                    let given = scan.give(there, Order::Forwards);
                    leaves.add(node, part(graph, of, given));
                    sequences.push(of_other(Order::Forwards));
                }
            }
        }
        constants
            .iter()
            .for_each(|(leaf, value)| leaves.add(*leaf, *value));
        let Body {
            graph: body,
            moved,
            primal,
        } = self.body_of(&needed, &leaves.places, of_other);
        let moved = |id: NodeId| moved[&id];
        let new = Scan {
            length: scan.length.clone(),
            is_search: false,
            keep: scan.keep,
            checkpoints: 0,
            again: Vec::new(),
            next: parts
                .states
                .iter()
                .map(|(_, _, next)| moved(*next))
                .collect(),
            sequences,
            given: parts
                .given
                .iter()
                .map(|given| Given {
                    node: moved(given.node),
                    ..*given
                })
                .collect(),
            primal,
            body: body.finish(),
        };
        graph.scans.push(Rc::new(new));
        let op = Op::Scan(graph.scans.len() - 1);
        graph.push(op, leaves.args, shape::number(), Kind::Parts)
    }

    /// The nodes that are computed for the roots, in order, and what is read of the other loop for them: leaves, and what is not
    /// cheap.
    fn needed(&self, roots: &[NodeId]) -> (Vec<NodeId>, Vec<NodeId>) {
        let (mut needed, mut read) = (Set::default(), Vec::new());
        let mut open = roots.to_vec();
        while let Some(id) = open.pop() {
            if !needed.insert(id) {
                continue;
            }
            let node = self.body.node(id);
            let is_primal = id.index() < self.primal;
            let is_leaf = matches!(node.op, Op::Input { .. });
            let is_kept = is_worth_keeping(&self.body, id) || self.is_entry.contains(&id);
            let is_read = is_primal && (is_leaf || is_kept);
            match (is_read || self.is_half(id), self.entries.get(&id)) {
                (true, Some(entries)) => {
                    read.extend(entries.iter().filter(|id| needed.insert(**id)));
                }
                (true, None) => read.push(id),
                (false, _) => open.extend(&node.args),
            }
        }
        let mut needed: Vec<NodeId> = needed.into_iter().collect();
        needed.sort_unstable();
        read.sort_unstable();
        (needed, read)
    }

    /// Whether the other loop computes it together with the sine or the cosine that it has, or has taken all the steps to it.
    fn is_half(&self, id: NodeId) -> bool {
        let node = self.body.node(id);
        let Op::Apply(rule) = node.op else {
            return false;
        };
        let other = rule.other_half().or(rule.made_with()).map(Op::Apply);
        let there = other.and_then(|other| self.body.find(&other, &node.args, &node.shape));
        let is_primal = |there: NodeId| there.index() < self.primal;
        id.index() >= self.primal && there.is_some_and(is_primal)
    }

    /// The node in the body of the other loop, which gets it if it has it not.
    fn in_other(&self, scan: &mut Scan, id: NodeId) -> NodeId {
        if id.index() < self.primal {
            return id;
        }
        let node = self.body.node(id);
        let mut body = Builder::again(std::mem::take(&mut scan.body));
        body.set_place(node.place);
        let args = node.args.clone();
        let there = body.push(node.op.clone(), args, node.shape.clone(), node.kind);
        scan.body = body.finish();
        there
    }

    /// The body of these nodes, of which some are leaves now.
    fn body_of(
        &self,
        needed: &[NodeId],
        leaves: &Map<NodeId, usize>,
        order: impl Fn(Order) -> Order,
    ) -> Body {
        let mut graph = Builder::like(&self.body);
        let mut moved: Map<NodeId, NodeId> = Map::default();
        let mut primal = 0;
        let leaf_of = |graph: &mut Builder, id: NodeId, at: usize| {
            let node = self.body.node(id);
            let new = leaf(graph, at, node.shape.clone(), node.kind);
            if is_strong(&self.body, id) {
                graph.set_strong(new);
            }
            graph.name_like(new, node);
            new
        };
        for id in needed {
            let node = self.body.node(*id);
            graph.set_place(node.place);
            graph.is_regular = node.regular;
            let new = match (leaves.get(id), self.entries.get(id)) {
                (Some(at), _) => leaf_of(&mut graph, *id, *at),
                (None, Some(entries)) => {
                    let entries = entries
                        .iter()
                        .map(|id| leaf_of(&mut graph, *id, leaves[id]));
                    let entries = entries.collect();
                    side_by_side(&mut graph, entries, &extents(node))
                }
                (None, None) => {
                    let args = node.args.iter().map(|arg| moved[arg]).collect();
                    let mut op = node.op.clone();
                    if let Op::Step { order: own, .. } = &mut op {
                        *own = order(*own);
                    }
                    graph.push(op, args, node.shape.clone(), node.kind)
                }
            };
            graph.name_like(new, node);
            moved.insert(*id, new);
            if id.index() < self.primal {
                primal = graph.len();
            }
        }
        graph.is_regular = false;
        Body {
            graph,
            moved,
            primal,
        }
    }
}

struct Body {
    graph: Builder,
    moved: Map<NodeId, NodeId>,
    primal: usize,
}

/// Nodes that become leaves, each with its argument.
#[derive(Default)]
struct Leaves {
    places: Map<NodeId, usize>,
    args: Vec<NodeId>,
}

impl Leaves {
    fn add(&mut self, leaf: NodeId, arg: NodeId) {
        self.places.insert(leaf, self.args.len());
        self.args.push(arg);
    }
}

/// Whether a value of a step is kept for a derivative rather than computed again: what looks at entries or moves them is not, nor
/// what takes an operation or two.
fn is_worth_keeping(body: &Graph, id: NodeId) -> bool {
    let node = body.node(id);
    let is_cheap = match node.op {
        Op::Apply(_) | Op::Call(_) | Op::Part(_) => node.op.is_cheap(),
        Op::Reduce(..) | Op::Among(_) | Op::Others(_) => false,
        _ => true,
    };
    node.kind == Kind::Number && !is_cheap
}
