//! Operations that compute: what they make of the slots of their arguments.
//!
//! Invariant: a slot is multiplied by partials at the places of its own entries, and by none of others.

use super::slots::{Index, Slot, is_identity};
use super::{Rules, Walk};
use crate::graph::{Dim, Kind, Node, NodeId, Op, Reduction};
use crate::hash::Map;
use crate::rules::rows;
use crate::transform::algebra::{How, choose, product_by, total};
use crate::transform::calculus::{
    Moved, divisor_of, formula_of_reduction, partial_of_reduction, scaled_partial, through_strong,
};
use crate::transform::lifted;
use crate::transform::motion::Stays;
use crate::transform::vjp::seeds_of_parts;

impl Walk<'_> {
    pub(super) fn entry_by_entry(&mut self, id: NodeId, node: &Node) -> Option<Vec<Slot>> {
        let mut order: Vec<Slot> = Vec::new();
        let mut by_rules: Map<Rules, Vec<Option<NodeId>>> = Map::default();
        for arg in 0..node.args.len() {
            for slot in self.of(node, arg).iter() {
                let rules = self.rules(slot);
                let tangents = by_rules.entry(rules).or_insert_with(|| {
                    order.push(slot.clone());
                    vec![None; node.args.len()]
                });
                tangents[arg] = Some(slot.value);
            }
        }
        let mut partials: Vec<Option<Option<NodeId>>> = vec![None; node.args.len()];
        let mut all = Vec::with_capacity(order.len());
        for slot in order {
            let tangents = &by_rules[&self.rules(&slot)];
            let shape = self.graph.shape(slot.value);
            let is_here = shape == node.shape && is_identity(&slot.row);
            let value = match &node.op {
                Op::Select => {
                    let condition = self.condition_at(node.args[0], &slot.row, &shape)?;
                    choose(self.graph, condition, tangents[1], tangents[2])
                }
                Op::Strong(_) => self.through_strong(id, node, &slot, tangents)?,
                _ if is_here => {
                    let terms = tangents.iter().enumerate();
                    let terms: Vec<NodeId> = terms
                        .filter_map(|(arg, d)| scaled_partial(self.graph, id, arg, (*d)?))
                        .collect();
                    total(self.graph, terms)
                }
                _ => {
                    let mut terms = Vec::new();
                    for (arg, tangent) in tangents.iter().enumerate() {
                        let Some(tangent) = tangent else { continue };
                        let partial = match partials[arg] {
                            Some(partial) => partial,
                            None => {
                                let one = self.graph.number(1.0);
                                let one = self.graph.spread(one, &node.shape);
                                let partial = scaled_partial(self.graph, id, arg, one);
                                *partials[arg].insert(partial)
                            }
                        };
                        let Some(partial) = partial else { continue };
                        let of_arg = Slot {
                            value: *tangent,
                            ..slot.clone()
                        };
                        let scaled = self.scaled(&of_arg, partial, false)?;
                        terms.extend(scaled.map(|slot| slot.value));
                    }
                    total(self.graph, terms)
                }
            };
            all.extend(value.map(|value| Slot { value, ..slot }));
        }
        Some(all)
    }

    /// The change of a strong product at the places of a slot.
    fn through_strong(
        &mut self,
        id: NodeId,
        node: &Node,
        slot: &Slot,
        tangents: &[Option<NodeId>],
    ) -> Option<Option<NodeId>> {
        let shape = self.graph.shape(slot.value);
        let is_here = shape == node.shape && is_identity(&slot.row);
        let mut of_slot = node.clone();
        for arg in &mut of_slot.args {
            *arg = self.at(*arg, &slot.row, &shape)?;
        }
        let is_quotient =
            matches!(self.graph.node(node.args[1]).op, Op::Apply(rows::div)) && is_here;
        let divisor = divisor_of(self.graph, node.args[1]).filter(|_| is_quotient);
        let rules = self.rules(slot);
        let divisor = divisor.and_then(|id| {
            let slots = self.found[&id].clone();
            let own = slots.iter().find(|slot| self.rules(slot) == rules);
            own.map(|slot| slot.value)
        });
        let moved = Moved {
            factors: [tangents[0], tangents[1]],
            divisor,
            // What has a slot under these rules moves with the entry that they are about.
            stays: tangents[0].is_none().then_some(Stays::Always),
        };
        Some(through_strong(self.graph, id, &of_slot, moved))
    }

    pub(super) fn reduced(
        &mut self,
        id: NodeId,
        node: &Node,
        reduction: Reduction,
        axes: &[usize],
    ) -> Option<Vec<Slot>> {
        let partial = partial_of_reduction(self.graph, reduction, id, node.args[0], axes)?;
        let mut all = Vec::new();
        for slot in self.of(node, 0).iter() {
            let scaled = self.scaled(slot, partial, reduction == Reduction::Norm)?;
            all.extend(scaled.map(|mut slot| {
                let mut axis = 0;
                slot.row.retain(|_| {
                    axis += 1;
                    !axes.contains(&(axis - 1))
                });
                slot
            }));
        }
        Some(all)
    }

    /// The products of all other entries, by the formula that they stand for, whose nodes are new.
    pub(super) fn others(&mut self, node: &Node, axes: &[usize]) -> Option<Vec<Slot>> {
        let x = node.args[0];
        let product = self.graph.reduce(Reduction::Prod, x, axes);
        let formula = formula_of_reduction(self.graph, Reduction::Prod, product, x, axes)?;
        let needed = self.graph.reachable([formula]);
        for id in self.graph.ids().filter(|id| needed[id.index()]) {
            self.visit(id)?;
        }
        Some(self.found[&formula].to_vec())
    }

    /// Each slot of one matrix times the entries of the other that it meets.
    pub(super) fn product(&mut self, node: &Node) -> Option<Vec<Slot>> {
        let rank = node.shape.len();
        let is_whole = |arg: &NodeId| self.graph.shape(*arg).len() == rank;
        if rank < 2 || !node.args.iter().all(is_whole) {
            return None;
        }
        let mut all = Vec::new();
        for side in 0..2 {
            // The axis of a matrix that is summed over, and the one that is left of it and of the other matrix.
            let (inner, own, others) = (rank - 1 - side, rank - 2 + side, rank - 1 - side);
            for slot in self.of(node, side).iter() {
                let (wider, free) = match node.shape[others].is_one() {
                    true => (slot.clone(), Index::At(Dim::literal(0))),
                    false => {
                        let (wider, axis) = self.with_axis(slot.clone(), &node.shape[others]);
                        (wider, Index::whole(axis))
                    }
                };
                let mut met = slot.row.clone();
                met[own] = slot.row[inner].clone();
                met[others] = free.clone();
                let shape = self.graph.shape(wider.value);
                let met = self.at(node.args[1 - side], &met, &shape)?;
                let is_strong = matches!(node.op, Op::Apply(rows::strong_matmul));
                let how = How {
                    singular: is_strong
                        || self.graph.node(met).singular
                        || self.graph.node(wider.value).singular,
                    known: false,
                };
                let mut row = slot.row.clone();
                row[others] = free;
                let value = product_by(self.graph, wider.value, met, how);
                all.extend(value.map(|value| Slot {
                    value,
                    row,
                    ..wider
                }));
            }
        }
        Some(all)
    }

    /// A call of a graph of numbers, for each entry: its partials are what a seed of one gives, and those of its pullback what a
    /// direction of one does.
    pub(super) fn through_call(&mut self, node: &Node, part: usize) -> Option<Vec<Slot>> {
        let parts = self.graph.node(node.args[0]).clone();
        if let Op::Call(call) | Op::Pull(call) | Op::Lifted { call, .. } = parts.op
            && parts.shape.is_empty()
            && self.graph.calls[call].has_arrays()
        {
            return None;
        }
        let one = self.graph.number(1.0);
        let one = self.graph.spread(one, &parts.shape);
        let mut all = Vec::new();
        for (at, arg) in parts.args.iter().enumerate() {
            let slots = self.of(&parts, at);
            if slots.is_empty() {
                continue;
            }
            let partial = match parts.op {
                Op::Call(call) => {
                    let mut inputs = parts.args.clone();
                    inputs.extend(seeds_of_parts(
                        self.graph,
                        call,
                        &parts.shape,
                        &[(part, one)],
                    ));
                    let (op, shape) = (Op::Pull(call), parts.shape.clone());
                    let pull = self.graph.push(op, inputs, shape, Kind::Parts);
                    let shape = self.graph.shape(*arg);
                    let partial = Op::Part(at);
                    self.graph.push(partial, vec![pull], shape, Kind::Number)
                }
                Op::Pull(_) | Op::Lifted { .. } => {
                    let mut along = vec![None; parts.args.len()];
                    along[at] = Some(one);
                    lifted::tangent(self.graph, node.args[0], part, along)?
                }
                _ => return None,
            };
            for slot in slots.iter() {
                all.extend(self.scaled(slot, partial, true)?);
            }
        }
        Some(all)
    }
}
