//! Bodies of small arrays in numbers, so that a step is straight-line code without allocation.
//!
//! A state of three numbers becomes three states, a sequence of rows one sequence a column. Invariant: it is all numbers or left as it
//! is; what is around the loop sees the parts that the loop had.

use std::rc::Rc;

use crate::builder::Builder;
use crate::graph::{Dim, Given, InputId, Kind, NodeId, Op, Order, Scan, Shape};
use crate::shape::{self, is_small};
use crate::transform::rebuild;
use crate::transform::scalars::{apart, entry, positions, side_by_side};

/// The node of a loop, and what the parts that it had before are made of.
pub struct Layout {
    pub scan: NodeId,
    length: Dim,
    /// The last states, and then the states of each step: each by its entries, which are parts, row by row, and its shape.
    parts: Vec<(Vec<usize>, Shape)>,
    is_apart: bool,
}

impl Layout {
    /// A part as it was before arrays were taken apart.
    pub fn part(&self, graph: &mut Builder, at: usize) -> NodeId {
        let (parts, shape) = &self.parts[at];
        let is_of_each_step = at >= self.parts.len() / 2;
        let steps = is_of_each_step.then(|| self.length.clone());
        let mut part = |at: usize, shape: Shape| {
            graph.push(Op::Part(at), vec![self.scan], shape, Kind::Number)
        };
        if !self.is_apart {
            let whole = steps.into_iter().chain(shape.iter().cloned()).collect();
            return part(parts[0], whole);
        }
        let one: Shape = steps.into_iter().collect();
        let entries: Vec<NodeId> = parts.iter().map(|at| part(*at, one.clone())).collect();
        let extents: Vec<usize> = shape.iter().map(Dim::literal_size).collect();
        let whole = side_by_side(graph, entries, &extents);
        if !is_of_each_step {
            return whole;
        }
        // The axes of the entries are in front of that of the steps.
        let order: Vec<usize> = std::iter::once(shape.len()).chain(0..shape.len()).collect();
        graph.permute(whole, &order)
    }
}

/// The loop's node in the graph around it, its body in numbers if all of it is small.
pub fn placed(graph: &mut Builder, scan: Scan, args: Vec<NodeId>) -> Layout {
    let is_apart = is_all_small(&scan);
    let (scan, args, parts) = match is_apart {
        true => in_numbers(graph, scan, &args),
        false => {
            let shapes = scan.given.iter().chain(&scan.given);
            let shapes = shapes.map(|given| scan.body.shape(given.node)).enumerate();
            let parts = shapes.map(|(at, shape)| (vec![at], shape)).collect();
            (scan, args, parts)
        }
    };
    let length = scan.length.clone();
    graph.scans.push(Rc::new(scan));
    let op = Op::Scan(graph.scans.len() - 1);
    let scan = graph.push(op, args, shape::number(), Kind::Parts);
    Layout {
        scan,
        length,
        parts,
        is_apart,
    }
}

/// Whether a body has small arrays and nothing else, so that it can be taken apart; in one of numbers there is nothing to do.
fn is_all_small(scan: &Scan) -> bool {
    let body = &scan.body;
    let is_number = |id: NodeId| body.node(id).shape.is_empty();
    let is_apart = |id: NodeId| {
        let node = body.node(id);
        let moves = matches!(
            node.op,
            Op::Scan(_) | Op::Turn { .. } | Op::Each(_) | Op::Total(..) | Op::Entry { .. }
        ) || matches!(node.op, Op::Gather { .. } | Op::Scatter { .. });
        let labels = node.kind == Kind::Labels && !node.shape.is_empty();
        !moves && !labels && is_small(&body.size_of(id)) && shape::entries(&node.shape) > 0
    };
    body.calls.iter().all(|call| !call.has_arrays())
        && !body.ids().all(is_number)
        && body.ids().all(is_apart)
}

type Parts = Vec<(Vec<usize>, Shape)>;

/// The loop with a number for each entry of what it takes, carries and gives.
fn in_numbers(graph: &mut Builder, scan: Scan, args: &[NodeId]) -> (Scan, Vec<NodeId>, Parts) {
    let (states, moving) = (scan.states(), scan.moving());
    let leaves = leaves(&scan, args.len());
    let (apart, entries) = apart(scan.body.clone());
    // Where the entries of each leaf begin among the new ones.
    let mut first = Vec::new();
    let mut count = 0;
    for leaf in &leaves {
        first.push(count);
        count += shape::entries(leaf);
    }
    let roots: Vec<NodeId> = scan
        .given
        .iter()
        .flat_map(|given| entries[given.node.index()].clone())
        .collect();
    let rebuilt = rebuild::run(&apart, &roots, |to, old, args| match old.node.op {
        Op::Input { input, element } => {
            let input = InputId(first[input.0] + element);
            to.push(
                Op::Input { input, element: 0 },
                args,
                shape::number(),
                old.node.kind,
            )
        }
        _ => old.again(to, args),
    });
    let moved =
        |id: &NodeId| rebuilt.moved[id.index()].unwrap_or_else(|| unreachable!("{id} is a root"));
    let next = |of: &[NodeId]| -> Vec<NodeId> {
        let all = of.iter().flat_map(|id| entries[id.index()].iter());
        all.map(moved).collect()
    };
    let numbers = next(&scan.next);
    let (mut parts, mut at) = (Parts::new(), 0);
    for offset in [0, numbers.len()] {
        at = offset.max(at);
        for node in &scan.next {
            let shape = scan.body.shape(*node);
            let entries = shape::entries(&shape);
            parts.push(((at..at + entries).collect(), shape));
            at += entries;
        }
    }
    let mut new_args = Vec::new();
    let mut sequences = Vec::new();
    for (at, (arg, leaf)) in args.iter().zip(&leaves).enumerate() {
        let is_sequence = (states..moving).contains(&at);
        let found = taken_apart(graph, *arg, leaf, usize::from(is_sequence));
        if is_sequence {
            sequences.extend(found.iter().map(|_| scan.sequences[at - states]));
        }
        new_args.extend(found);
    }
    let given = numbers.iter().map(|node| Given {
        node: *node,
        order: Order::Forwards,
    });
    let scan = Scan {
        length: scan.length,
        is_search: scan.is_search,
        keep: scan.keep,
        checkpoints: 0,
        again: Vec::new(),
        sequences,
        given: given.collect(),
        next: numbers,
        primal: rebuilt.graph.len(),
        body: rebuilt.graph.finish(),
    };
    (scan, new_args, parts)
}

/// The shape of the leaf of each argument.
fn leaves(scan: &Scan, count: usize) -> Vec<Shape> {
    let mut leaves: Vec<Shape> = scan
        .next
        .iter()
        .map(|node| scan.body.shape(*node))
        .collect();
    leaves.resize(count, shape::number());
    for (shape, leaf) in leaves.iter_mut().zip(scan.leaves(count)) {
        *shape = leaf.map_or_else(|| shape.clone(), |leaf| scan.body.shape(leaf));
    }
    leaves
}

/// Each entry of an array of this shape, behind some axes that stay.
fn taken_apart(graph: &mut Builder, array: NodeId, shape: &Shape, front: usize) -> Vec<NodeId> {
    let extents: Vec<usize> = shape.iter().map(Dim::literal_size).collect();
    let entries = positions(&extents).map(|position| entry(graph, array, &position, front));
    entries.collect()
}
