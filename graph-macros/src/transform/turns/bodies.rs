//! Turns around a loop with a body: each step is that of all turns at once.
//!
//! Invariant: a state has the axes of all turns that any step of it depends on, from the first step on.

use std::rc::Rc;

use super::{OfTurns, Value, Walk, move_axis, of_turns, through};
use crate::builder::Builder;
use crate::dependence::{Turns, union};
use crate::graph::{Graph, InputId, Kind, NodeId, Op, Scan};
use crate::shape;
use crate::transform::rebuild::Old;
use crate::transform::scan::{self, parts_of};

impl Walk<'_> {
    /// A leaf of a body, with the axes of what it depends on.
    pub(super) fn leaf(&self, to: &mut Builder, old: &Old, input: InputId) -> Value {
        let turns = self.leaves[input.0].clone();
        let shape = self.shape(&turns, &old.node.shape);
        let node = to.push(old.node.op.clone(), Vec::new(), shape, old.node.kind);
        Value { node, turns }
    }

    /// The loop over steps of all turns.
    pub(super) fn scan(
        &mut self,
        to: &mut Builder,
        (from, at): (&Graph, usize),
        args: &[Value],
    ) -> Value {
        let scan = from.scans[at].clone();
        let mut leaves: Vec<Turns> = args.iter().map(|arg| arg.turns.clone()).collect();
        let (scan, parts) = self.body(&scan, &mut leaves);
        let (states, moving) = (scan.states(), scan.moving());
        let args = args.iter().zip(&leaves).enumerate();
        let args = args.map(|(at, (arg, turns))| match at {
            _ if at < states => self.under(to, arg, turns),
            // The axis of the steps stays in front.
            _ if at < moving => move_axis(to, arg.node, arg.turns.len(), 0),
            _ => arg.node,
        });
        let args: Vec<NodeId> = args.collect();
        to.scans[at] = Rc::new(scan);
        let node = to.push(Op::Scan(at), args, shape::number(), Kind::Parts);
        self.loops.insert(node, parts);
        let turns = Rc::from([]);
        Value { node, turns }
    }

    /// The body of all turns, and what each part depends on. A state may depend on what others do, so they are gone through until
    /// nothing changes.
    fn body(&mut self, scan: &Scan, leaves: &mut [Turns]) -> (Scan, Vec<Turns>) {
        let given = scan.given.iter().map(|given| given.node);
        let roots: Vec<NodeId> = scan.next.iter().copied().chain(given).collect();
        loop {
            let mut refused = Vec::new();
            let OfTurns {
                small,
                turns,
                mut rebuilt,
            } = of_turns(&scan.body, leaves, &roots, self.extents, &mut refused);
            let moved = through(&small, &rebuilt);
            let place = |id: NodeId| small.moved[id.index()].map(|id| turns[id.index()].clone());
            let depends = |id: NodeId| place(id).unwrap_or_else(|| unreachable!("{id} is a whole"));
            let mut is_settled = true;
            for (leaf, next) in leaves.iter_mut().zip(&scan.next) {
                let all = union(leaf.iter().chain(&*depends(*next)).copied().collect());
                is_settled &= *leaf == all;
                *leaf = all;
            }
            if !is_settled {
                continue;
            }
            for (place, refused) in refused {
                self.refuse(place, refused);
            }
            let value = |id: NodeId| Value {
                node: moved[id.index()].unwrap_or_else(|| unreachable!("{id} is a whole")),
                turns: depends(id),
            };
            let primal = rebuilt.graph.len();
            let next = scan.next.iter().zip(&*leaves);
            let next = next.map(|(id, turns)| self.under(&mut rebuilt.graph, &value(*id), turns));
            let next = next.collect();
            let given = scan.given.iter();
            let given = given.map(|given| crate::graph::Given {
                node: value(given.node).node,
                ..*given
            });
            let of_states = leaves[..scan.states()].iter().cloned();
            let parts = of_states.chain(scan.given.iter().map(|given| depends(given.node)));
            let parts = parts.collect();
            let scan = Scan {
                length: scan.length.clone(),
                is_search: scan.is_search,
                keep: scan.keep,
                checkpoints: 0,
                again: Vec::new(),
                next,
                sequences: scan.sequences.clone(),
                given: given.collect(),
                primal,
                body: rebuilt.graph.finish(),
            };
            return (scan, parts);
        }
    }

    /// A part of such a loop: what is given of each step has the axis of the steps behind those of turns.
    pub(super) fn part_of_loop(&mut self, to: &mut Builder, of: NodeId, part: usize) -> Value {
        let turns = self.loops[&of][part].clone();
        let (scan, _) = parts_of(to, of);
        let is_given = part >= to.scans[scan].states();
        let node = scan::part(to, of, part);
        let node = match is_given {
            true => move_axis(to, node, 0, turns.len()),
            false => node,
        };
        Value { node, turns }
    }
}
