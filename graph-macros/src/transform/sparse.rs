//! Forward mode along every entry of the inputs at once, over arrays of any size: which entries a Jacobian has, and their values.
//!
//! A tangent is not one array but a few, one for each way in which an entry of a value depends on an entry of an input. Such a
//! [`Slot`] is an array of partial derivatives with two rules, which entry of the value and which entry of the input each of them
//! belongs to. `x[1..]` has one slot: entry `q` of its row `q`, of the column `q + 1`, is 1. An operation that acts entry by entry
//! multiplies the arrays by its partials, one that moves entries changes the rules, a sum drops an axis of the rows, and slots
//! under the same rules are added up. So the pattern of a loop is the pattern of one turn with its index arithmetic, and there are
//! as many numbers as entries. Run over a gradient it gives a Hessian.
//!
//! Invariant: an entry that no slot has is zero for every input; what is not understood is refused, not guessed. Two places may be
//! one at run time, as those of equal labels are: whoever collects the entries adds them up.

mod moves;
mod operations;
mod slots;

use std::rc::Rc;

pub use self::slots::{Index, Slot, is_above, labels};
use self::slots::{is_identity, shift};
use super::algebra::{How, product_by, total};
use crate::activity::passes;
use crate::builder::Builder;
use crate::graph::{Dim, Kind, Node, NodeId, Op, Reduction, Shape};
use crate::hash::Map;
use crate::rules::rows;
use crate::shape::HIGHEST_RANK;

/// The slots of each output by all sources, or the first node whose dependence is not understood.
pub fn append(
    graph: &mut Builder,
    sources: &[NodeId],
    outputs: &[NodeId],
) -> Result<Vec<Vec<Slot>>, NodeId> {
    let (ids, needed) = (graph.ids(), graph.reachable(outputs.iter().copied()));
    let mut walk = Walk {
        graph,
        found: Map::default(),
    };
    for (at, source) in sources.iter().enumerate() {
        let itself = walk.itself(*source, at);
        walk.found.insert(*source, Rc::from([itself]));
    }
    for id in ids.filter(|id| needed[id.index()]) {
        walk.visit(id).ok_or(id)?;
    }
    let slots = outputs.iter().map(|output| {
        let slots = walk.found[output].to_vec();
        let is_known = slots.iter().all(|slot| walk.has_labels(slot));
        is_known.then_some(slots).ok_or(*output)
    });
    slots.collect()
}

/// The rules of a slot, by which slots are added up.
type Rules = (usize, Vec<Index>, Vec<Index>, Shape);

struct Walk<'g> {
    graph: &'g mut Builder,
    /// Of each node that has been visited.
    found: Map<NodeId, Rc<[Slot]>>,
}

impl Walk<'_> {
    /// Each entry of a source depends on itself.
    fn itself(&mut self, id: NodeId, source: usize) -> Slot {
        let shape = self.graph.shape(id);
        let one = self.graph.number(1.0);
        let value = self.graph.spread(one, &shape);
        let row: Vec<Index> = (0..shape.len()).map(Index::whole).collect();
        let slot = Slot {
            source,
            column: row.clone(),
            row,
            value,
            leaves: false,
        };
        self.canonical(slot)
    }

    /// Finds the slots of a node, whose arguments have been visited.
    fn visit(&mut self, id: NodeId) -> Option<()> {
        if self.found.contains_key(&id) {
            return Some(());
        }
        let node = self.graph.node(id).clone();
        let slots = match self.moves(&node) {
            true => {
                self.graph.set_place(node.place);
                let slots = self.through(id, &node)?;
                self.joined(slots)?
            }
            false => Vec::new(),
        };
        self.found.insert(id, slots.into());
        Some(())
    }

    /// Whether a derivative passes through a node to any source. What a search finds is held constant.
    fn moves(&self, node: &Node) -> bool {
        let made_of = match node.op {
            Op::Part(_) => self.graph.node(node.args[0]),
            _ => node,
        };
        if let Op::Scan(scan) = made_of.op
            && self.graph.scans[scan].is_search
        {
            return false;
        }
        (0..made_of.args.len()).any(|arg| !self.of(made_of, arg).is_empty())
    }

    /// Whether the labels of all rules are those of inputs.
    fn has_labels(&self, slot: &Slot) -> bool {
        let mut rules = slot.row.iter().chain(&slot.column);
        rules.all(|index| match index {
            Index::Label { of, .. } => labels(self.graph, *of).is_some(),
            _ => true,
        })
    }

    fn of(&self, node: &Node, arg: usize) -> Rc<[Slot]> {
        match passes(&node.op, arg) {
            true => self.found[&node.args[arg]].clone(),
            false => Rc::from([]),
        }
    }

    fn rules(&self, slot: &Slot) -> Rules {
        let shape = self.graph.shape(slot.value);
        (slot.source, slot.row.clone(), slot.column.clone(), shape)
    }

    fn through(&mut self, id: NodeId, node: &Node) -> Option<Vec<Slot>> {
        match &node.op {
            op if op.is_elementwise() => self.entry_by_entry(id, node),
            Op::Reduce(reduction, axes) => self.reduced(id, node, *reduction, axes),
            Op::View(map) => self.each_slot(node, |walk, slot| walk.viewed(node, map, slot)),
            Op::Slice { axis, start } => {
                let from = self.graph.shape(node.args[0])[*axis].clone();
                self.each_slot(node, |walk, slot| {
                    walk.sliced(slot, *axis, (start, &node.shape[*axis]), &from)
                })
            }
            Op::Pad { axis, start } => {
                let mut slots = self.each_slot(node, |_, mut slot| {
                    shift(&mut slot.row[*axis], start)?;
                    Some(Some(slot))
                })?;
                if node.args.len() > 1 {
                    slots.extend(self.of(node, 1).iter().cloned());
                }
                Some(slots)
            }
            Op::Stack => {
                let mut all = Vec::new();
                for at in 0..node.args.len() {
                    all.extend(self.of(node, at).iter().map(|slot| {
                        let mut slot = slot.clone();
                        slot.row.insert(0, Index::At(Dim::literal(at as i64)));
                        slot
                    }));
                }
                Some(all)
            }
            Op::Concat(axis) => {
                let extents: Vec<Dim> = node
                    .args
                    .iter()
                    .map(|arg| self.graph.shape(*arg)[*axis].clone())
                    .collect();
                let mut all = Vec::new();
                for (at, start) in Dim::starts(extents.iter()).iter().enumerate() {
                    for slot in self.of(node, at).iter() {
                        let mut slot = slot.clone();
                        shift(&mut slot.row[*axis], start)?;
                        all.push(slot);
                    }
                }
                Some(all)
            }
            Op::Reverse(axis) => self.each_slot(node, |walk, slot| {
                walk.turned(slot, *axis, &node.shape[*axis]).map(Some)
            }),
            Op::Gather { axis, shared } => {
                let table = self.graph.shape(node.args[0]);
                self.each_slot(node, |walk, slot| {
                    walk.gathered(slot, (&table, node.args[1]), *axis, *shared)
                        .map(Some)
                })
            }
            Op::Scatter { axis, shared } => self.each_slot(node, |walk, slot| {
                walk.scattered(slot, node.args[1], *axis, *shared).map(Some)
            }),
            Op::Others(axes) => self.others(node, axes),
            Op::Apply(rows::matmul | rows::strong_matmul) => self.product(node),
            // Their parts are asked.
            _ if node.kind == Kind::Parts => Some(Vec::new()),
            Op::Part(part) => self.through_call(node, *part),
            _ => None,
        }
    }

    /// What an operation that moves entries makes of each slot of its first argument, which may be nothing.
    fn each_slot(
        &mut self,
        node: &Node,
        mut moved: impl FnMut(&mut Self, Slot) -> Option<Option<Slot>>,
    ) -> Option<Vec<Slot>> {
        let slots = self.of(node, 0);
        let slots = slots.iter().map(|slot| moved(self, slot.clone()));
        let slots: Option<Vec<Option<Slot>>> = slots.collect();
        Some(slots?.into_iter().flatten().collect())
    }

    /// Slots under the same rules added up.
    fn joined(&mut self, slots: Vec<Slot>) -> Option<Vec<Slot>> {
        let mut places: Map<Rules, usize> = Map::default();
        let mut groups: Vec<(Slot, Vec<NodeId>)> = Vec::new();
        for slot in slots {
            if self.graph.shape(slot.value).len() > HIGHEST_RANK {
                return None;
            }
            let slot = self.canonical(slot);
            let rules = self.rules(&slot);
            match places.get(&rules) {
                Some(at) => {
                    groups[*at].0.leaves |= slot.leaves;
                    groups[*at].1.push(slot.value);
                }
                None => {
                    places.insert(rules, groups.len());
                    let value = slot.value;
                    groups.push((slot, vec![value]));
                }
            }
        }
        let joined = groups.into_iter().filter_map(|(slot, values)| {
            let value = total(self.graph, values)?;
            Some(Slot { value, ..slot })
        });
        Some(joined.collect())
    }

    /// The same slot in the one way in which it is written: without axes of extent 1, summed over those that no rule mentions, and
    /// the others in the order in which rules do.
    fn canonical(&mut self, mut slot: Slot) -> Slot {
        let shape = self.graph.shape(slot.value);
        let is_label = |index: &Index, axis: usize| matches!(index, Index::Label { axis: own, .. } if *own == axis);
        for axis in (0..shape.len()).filter(|axis| shape[*axis].is_one()) {
            let rules = || slot.row.iter().chain(&slot.column);
            if rules().any(|index| is_label(index, axis)) {
                continue;
            }
            for index in slot.row.iter_mut().chain(&mut slot.column) {
                match index {
                    Index::Along { axis: own, start } if *own == axis => {
                        *index = Index::At(start.clone());
                    }
                    Index::Back { axis: own, last } if *own == axis => {
                        *index = Index::At(last.clone());
                    }
                    _ => {}
                }
            }
        }
        let mut order: Vec<usize> = Vec::new();
        for axis in slot.row.iter().chain(&slot.column).filter_map(Index::axis) {
            if !order.contains(&axis) {
                order.push(axis);
            }
        }
        let unused = (0..shape.len()).filter(|axis| !order.contains(axis));
        let (single, summed): (Vec<usize>, Vec<usize>) =
            unused.partition(|axis| shape[*axis].is_one());
        let left = |axis: usize| {
            let gone = summed.iter().filter(|gone| **gone < axis).count();
            axis - gone
        };
        let sum = self.graph.reduce(Reduction::Sum, slot.value, &summed);
        debug_assert!(single.len() + summed.len() + order.len() == shape.len());
        let map = order.iter().map(|axis| Some(left(*axis))).collect();
        let kept = order.iter().map(|axis| shape[*axis].clone());
        slot.value = self.graph.view(sum, map, kept.collect());
        let mut numbers = vec![0; shape.len()];
        for (new, old) in order.iter().enumerate() {
            numbers[*old] = new;
        }
        for index in slot.row.iter_mut().chain(&mut slot.column) {
            *index = index.renumbered(&numbers);
        }
        slot
    }

    /// The slot with one more axis of its array, the last, along which it is the same.
    fn with_axis(&mut self, mut slot: Slot, extent: &Dim) -> (Slot, usize) {
        let rank = self.graph.shape(slot.value).len();
        slot.value = self.graph.insert_axis(slot.value, rank, extent.clone());
        (slot, rank)
    }

    /// The entries of an array at indices, each under a rule for a slot's array of a shape.
    fn at(&mut self, id: NodeId, indices: &[Index], shape: &Shape) -> Option<NodeId> {
        let node = self.graph.node(id).clone();
        if node.shape == *shape && is_identity(indices) {
            return Some(id);
        }
        if let Some(value) = self.graph.constant(id) {
            let number = self.graph.number(value);
            return Some(self.graph.spread(number, shape));
        }
        if let (Op::View(map), Kind::Number) = (&node.op, node.kind) {
            let from = self.graph.shape(node.args[0]).len();
            let inner = (0..from).map(|axis| {
                let place = map.iter().position(|from| *from == Some(axis));
                place.map_or(Index::At(Dim::literal(0)), |place| indices[place].clone())
            });
            let inner: Vec<Index> = inner.collect();
            return self.at(node.args[0], &inner, shape);
        }
        let mut value = id;
        let mut map: Vec<Option<usize>> = vec![None; shape.len()];
        for (at, index) in indices.iter().enumerate() {
            value = match index {
                Index::At(place) => self.graph.slice(value, at, place.clone(), Dim::literal(1)),
                Index::Along { axis, start } => {
                    self.graph
                        .slice(value, at, start.clone(), shape[*axis].clone())
                }
                // Rows go forwards.
                Index::Back { .. } => return None,
                Index::Label { of, start, .. } => {
                    let count = self.graph.shape(value)[at].minus(start)?;
                    let behind = self.graph.slice(value, at, start.clone(), count);
                    self.graph.gather(behind, *of, at, 0)
                }
            };
            if let Some(axis) = index.axis() {
                // Entries along a diagonal are no view.
                if map[axis].replace(at).is_some() {
                    return None;
                }
            }
        }
        Some(self.graph.view(value, map, shape.clone()))
    }

    /// A condition at the places of a slot.
    fn condition_at(&mut self, id: NodeId, indices: &[Index], shape: &Shape) -> Option<NodeId> {
        let own = self.graph.shape(id);
        if own == *shape && is_identity(indices) {
            return Some(id);
        }
        let [one, zero] = [1.0, 0.0].map(|value| {
            let number = self.graph.number(value);
            self.graph.spread(number, &own)
        });
        let held = self.graph.select(id, one, zero);
        let held = self.at(held, indices, shape)?;
        let one = self.graph.number(1.0);
        let one = self.graph.spread(one, shape);
        Some(self.graph.call(rows::equal, &[held, one]))
    }

    /// The slot's array times an array of partials, which has a partial for each entry of the slot's value.
    fn scaled(&mut self, slot: &Slot, partial: NodeId, singular: bool) -> Option<Option<Slot>> {
        let shape = self.graph.shape(slot.value);
        let partial = self.at(partial, &slot.row, &shape)?;
        let how = How {
            singular: singular || self.graph.node(partial).singular,
            known: false,
        };
        let value = product_by(self.graph, slot.value, partial, how);
        Some(value.map(|value| Slot {
            value,
            ..slot.clone()
        }))
    }
}
