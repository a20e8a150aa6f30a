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

use std::rc::Rc;

use super::algebra::{How, choose, product_by, total};
use super::calculus::{
    Moved, divisor_of, formula_of_reduction, partial_of_reduction, scaled_partial, through_strong,
};
use super::motion::Stays;
use super::vjp::seeds_of_parts;
use crate::activity::passes;
use crate::builder::Builder;
use crate::graph::{Dim, Graph, InputId, Kind, Node, NodeId, Op, Reduction, Shape};
use crate::hash::Map;
use crate::rules::rows;
use crate::shape::HIGHEST_RANK;

/// Partial derivatives, and where they stand.
#[derive(Clone)]
pub struct Slot {
    /// Which of the sources they are by.
    pub source: usize,
    /// Which entry of the value each of them belongs to, and which of the source: a rule an axis.
    pub row: Vec<Index>,
    pub column: Vec<Index>,
    pub value: NodeId,
    /// Whether some of them may stand beyond the source, which are zeros that belong nowhere.
    pub leaves: bool,
}

/// The index along an axis, of the entry of a slot's array at a position.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Index {
    At(Dim),
    /// As far behind `start` as the position is along an axis of the array, or in front of `last`.
    Along {
        axis: usize,
        start: Dim,
    },
    Back {
        axis: usize,
        last: Dim,
    },
    /// The label at the position along an axis, counted from `start`.
    Label {
        of: NodeId,
        axis: usize,
        start: Dim,
    },
}

impl Index {
    fn whole(axis: usize) -> Index {
        Index::Along {
            axis,
            start: Dim::literal(0),
        }
    }

    fn axis(&self) -> Option<usize> {
        match self {
            Index::At(_) => None,
            Index::Along { axis, .. } | Index::Back { axis, .. } | Index::Label { axis, .. } => {
                Some(*axis)
            }
        }
    }

    /// The same where the axes of the array have other numbers.
    fn renumbered(&self, axes: &[usize]) -> Index {
        let mut index = self.clone();
        match &mut index {
            Index::At(_) => {}
            Index::Along { axis, .. } | Index::Back { axis, .. } | Index::Label { axis, .. } => {
                *axis = axes[*axis];
            }
        }
        index
    }
}

/// Where the labels of an index are: an input of labels, from a position on.
pub fn labels(graph: &Graph, of: NodeId) -> Option<(InputId, Dim)> {
    let node = graph.node(of);
    match &node.op {
        Op::Input { input, .. } => Some((*input, Dim::literal(0))),
        Op::Slice { axis: 0, start } => {
            let (input, before) = labels(graph, node.args[0])?;
            Some((input, before.plus(start)?))
        }
        Op::View(map) if map.len() == 1 && map[0] == Some(0) => labels(graph, node.args[0]),
        _ => None,
    }
}

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

    /// Whether a derivative passes through a node to any source.
    fn moves(&self, node: &Node) -> bool {
        let made_of = match node.op {
            Op::Part(_) => self.graph.node(node.args[0]),
            _ => node,
        };
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

    // Slots.

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

    /// The slot where positions along an axis of its array count from `first` on, and are `count`.
    fn limited(&mut self, mut slot: Slot, axis: usize, first: &Dim, count: &Dim) -> Option<Slot> {
        for index in slot.row.iter_mut().chain(&mut slot.column) {
            match index {
                Index::Along { axis: own, start } if *own == axis => *start = start.plus(first)?,
                Index::Back { axis: own, last } if *own == axis => *last = last.minus(first)?,
                Index::Label { of, axis: own, .. } if *own == axis => {
                    *of = self.graph.slice(*of, 0, first.clone(), count.clone());
                }
                _ => {}
            }
        }
        slot.value = self
            .graph
            .slice(slot.value, axis, first.clone(), count.clone());
        Some(slot)
    }

    // Values at the places of slots.

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

    // Operations.

    fn entry_by_entry(&mut self, id: NodeId, node: &Node) -> Option<Vec<Slot>> {
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

    fn reduced(
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
    fn others(&mut self, node: &Node, axes: &[usize]) -> Option<Vec<Slot>> {
        let x = node.args[0];
        let product = self.graph.reduce(Reduction::Prod, x, axes);
        let formula = formula_of_reduction(self.graph, Reduction::Prod, product, x, axes)?;
        let needed = self.graph.reachable([formula]);
        for id in self.graph.ids().filter(|id| needed[id.index()]) {
            self.visit(id)?;
        }
        Some(self.found[&formula].to_vec())
    }

    /// Axes that a view puts in are axes of the slot too; those that it leaves out have one entry, or the first stands for all.
    fn viewed(&mut self, node: &Node, map: &[Option<usize>], slot: Slot) -> Option<Option<Slot>> {
        let from = self.graph.shape(node.args[0]);
        let mut slot = slot;
        for axis in (0..from.len()).filter(|axis| !map.contains(&Some(*axis))) {
            match slot.row[axis].clone() {
                Index::At(place) if place == Dim::literal(0) => {}
                Index::At(place) if place.name.is_none() => return Some(None),
                Index::Along { axis, start } if start == Dim::literal(0) => {
                    slot = self.limited(slot, axis, &Dim::literal(0), &Dim::literal(1))?;
                }
                _ => return None,
            }
        }
        let kept: Vec<usize> = map.iter().flatten().copied().collect();
        if (1..kept.len()).any(|at| kept[..at].contains(&kept[at])) {
            return None;
        }
        let mut row = Vec::with_capacity(map.len());
        for (axis, from) in map.iter().enumerate() {
            row.push(match from {
                Some(from) => slot.row[*from].clone(),
                None if node.shape[axis].is_one() => Index::At(Dim::literal(0)),
                None => {
                    let (wider, new) = self.with_axis(slot, &node.shape[axis]);
                    slot = wider;
                    Index::whole(new)
                }
            });
        }
        Some(Some(Slot { row, ..slot }))
    }

    /// The part of a slot that a slice keeps: so many entries from one on, of an axis of an extent.
    fn sliced(
        &mut self,
        slot: Slot,
        axis: usize,
        (first, count): (&Dim, &Dim),
        from: &Dim,
    ) -> Option<Option<Slot>> {
        let behind = |slot: Slot, index: Index| {
            let mut slot = slot;
            slot.row[axis] = index;
            Some(Some(slot))
        };
        match slot.row[axis].clone() {
            Index::At(place) => {
                let is_kept = at_most(first, &place)? && !at_most(&first.plus(count)?, &place)?;
                match is_kept {
                    true => behind(slot, Index::At(place.minus(first)?)),
                    false => Some(None),
                }
            }
            Index::Along { axis: own, start } => {
                let extent = self.graph.shape(slot.value)[own].clone();
                if start == Dim::literal(0) && extent == *from {
                    let slot = self.limited(slot, own, first, count)?;
                    return behind(slot, Index::whole(own));
                }
                match kept_part((first, count), &start, &extent) {
                    Some(Part::Nothing) => Some(None),
                    Some(Part::Of { lost, start, left }) => {
                        let slot = self.limited(slot, own, &lost, &left)?;
                        behind(slot, Index::Along { axis: own, start })
                    }
                    None => {
                        let slot = self.moved(slot, own, (first, count), (&start, from))?;
                        behind(slot, Index::whole(own))
                    }
                }
            }
            Index::Back { .. } | Index::Label { .. } => None,
        }
    }

    /// Entries of the value from the last to the first: the array is turned around too, so that its value's axis stays one that goes
    /// forwards.
    fn turned(&mut self, mut slot: Slot, axis: usize, extent: &Dim) -> Option<Slot> {
        let end = extent.shifted(-1);
        match slot.row[axis].clone() {
            Index::At(place) => {
                slot.row[axis] = Index::At(end.minus(&place)?);
                Some(slot)
            }
            Index::Along { axis: own, start } => {
                let own_end = self.graph.shape(slot.value)[own].shifted(-1);
                for index in slot.row.iter_mut().chain(&mut slot.column) {
                    match index {
                        Index::Along { axis, start } if *axis == own => {
                            let last = start.plus(&own_end)?;
                            *index = Index::Back { axis: own, last };
                        }
                        Index::Back { axis, last } if *axis == own => {
                            let start = last.minus(&own_end)?;
                            *index = Index::Along { axis: own, start };
                        }
                        Index::Label { axis, .. } if *axis == own => return None,
                        _ => {}
                    }
                }
                if self.graph.constant(slot.value).is_none() {
                    slot.value = self.graph.reverse(slot.value, own);
                }
                let start = end.minus(&start.plus(&own_end)?)?;
                slot.row[axis] = Index::Along { axis: own, start };
                Some(slot)
            }
            Index::Back { .. } | Index::Label { .. } => None,
        }
    }

    /// The same where only sizes tell what is kept: the array is laid where its value's entries are, along an axis from a start on, and
    /// cut as these are. What it does not reach are zeros, which may stand beyond the source.
    fn moved(
        &mut self,
        mut slot: Slot,
        axis: usize,
        (first, count): (&Dim, &Dim),
        (start, from): (&Dim, &Dim),
    ) -> Option<Slot> {
        let skipped = first.minus(start)?;
        for index in slot.row.iter_mut().chain(&mut slot.column) {
            match index {
                Index::Along { axis: own, start } if *own == axis => {
                    *start = start.plus(&skipped)?;
                }
                Index::Back { axis: own, last } if *own == axis => *last = last.minus(&skipped)?,
                Index::Label { axis: own, .. } if *own == axis => return None,
                _ => {}
            }
        }
        let mut shape = self.graph.shape(slot.value).to_vec();
        shape[axis] = from.clone();
        let laid = self
            .graph
            .pad(slot.value, axis, start.clone(), shape.into());
        slot.value = self.graph.slice(laid, axis, first.clone(), count.clone());
        slot.leaves = true;
        Some(slot)
    }

    /// The slot with an entry for each of its value's along an axis of an extent, and which axis of its array that is.
    fn filled(&mut self, slot: Slot, axis: usize, extent: &Dim) -> Option<(Slot, usize)> {
        let Index::Along { axis: own, start } = slot.row[axis].clone() else {
            return None;
        };
        let first = Dim::literal(0);
        if start == first && self.graph.shape(slot.value)[own] == *extent {
            return Some((slot, own));
        }
        let mut slot = self.moved(slot, own, (&first, extent), (&start, extent))?;
        slot.row[axis] = Index::whole(own);
        Some((slot, own))
    }

    /// The entries of a table at labels: where its slots go along the axis of which the labels choose.
    fn gathered(
        &mut self,
        slot: Slot,
        (table, labels): (&Shape, NodeId),
        axis: usize,
        shared: usize,
    ) -> Option<Slot> {
        let of_labels = self.graph.shape(labels);
        let [count] = &*of_labels else { return None };
        let (mut slot, chosen) = self.filled(slot, axis, &table[axis])?;
        let shape = self.graph.shape(slot.value);
        // With its axis of labels in front, where it is shared, the array is gathered as the table is.
        let along = match shared {
            0 => {
                slot.value = self.graph.gather(slot.value, labels, chosen, 0);
                chosen
            }
            _ => {
                let Index::Along { axis: case, start } = slot.row[0].clone() else {
                    return None;
                };
                if start != Dim::literal(0) || shape[case] != *count || case == chosen {
                    return None;
                }
                let rest = (0..shape.len()).filter(|axis| *axis != case);
                let order: Vec<usize> = [case].into_iter().chain(rest).collect();
                let place = order.iter().position(|axis| *axis == chosen)?;
                let front = self.graph.permute(slot.value, &order);
                let gathered = self.graph.gather(front, labels, place, 1);
                // What was chosen by the label is gone; an axis of extent 1 stands where it was.
                let kept: Vec<usize> = order.into_iter().filter(|axis| *axis != chosen).collect();
                let map = (0..shape.len()).map(|axis| kept.iter().position(|kept| *kept == axis));
                let mut dims = shape.to_vec();
                dims[chosen] = Dim::literal(1);
                slot.value = self.graph.view(gathered, map.collect(), dims.into());
                case
            }
        };
        for index in slot.row.iter_mut().chain(&mut slot.column) {
            match index {
                Index::Along { axis: own, start } if *own == chosen => {
                    *index = Index::Label {
                        of: labels,
                        axis: along,
                        start: start.clone(),
                    };
                }
                Index::Back { axis: own, .. } | Index::Label { axis: own, .. }
                    if *own == chosen =>
                {
                    return None;
                }
                _ => {}
            }
        }
        match shared {
            0 => slot.row[axis] = Index::whole(along),
            _ => {
                slot.row.remove(axis);
            }
        }
        Some(slot)
    }

    /// Each entry added where its label says.
    fn scattered(
        &mut self,
        slot: Slot,
        labels: NodeId,
        axis: usize,
        shared: usize,
    ) -> Option<Slot> {
        if self.graph.shape(labels).len() != 1 {
            return None;
        }
        let case = if shared == 0 { axis } else { 0 };
        let Index::Along { axis: own, start } = slot.row[case].clone() else {
            return None;
        };
        let count = self.graph.shape(slot.value)[own].clone();
        let mut slot = slot;
        let label = Index::Label {
            of: self.graph.slice(labels, 0, start, count),
            axis: own,
            start: Dim::literal(0),
        };
        match shared {
            0 => slot.row[axis] = label,
            _ => slot.row.insert(axis, label),
        }
        Some(slot)
    }

    /// Each slot of one matrix times the entries of the other that it meets.
    fn product(&mut self, node: &Node) -> Option<Vec<Slot>> {
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

    /// A call of a graph of numbers, for each entry: its partials are what a seed of one gives.
    fn through_call(&mut self, node: &Node, part: usize) -> Option<Vec<Slot>> {
        let parts = self.graph.node(node.args[0]).clone();
        let moved: Vec<Rc<[Slot]>> = (0..parts.args.len())
            .map(|arg| self.of(&parts, arg))
            .collect();
        let Op::Call(call) = parts.op else {
            return None;
        };
        if parts.shape.is_empty() && self.graph.calls[call].has_arrays() {
            return None;
        }
        let one = self.graph.number(1.0);
        let one = self.graph.spread(one, &parts.shape);
        let mut inputs = parts.args.clone();
        inputs.extend(seeds_of_parts(
            self.graph,
            call,
            &parts.shape,
            &[(part, one)],
        ));
        let pull = self
            .graph
            .push(Op::Pull(call), inputs, parts.shape.clone(), Kind::Parts);
        let mut all = Vec::new();
        for (at, (arg, slots)) in parts.args.iter().zip(moved).enumerate() {
            for slot in slots.iter() {
                let shape = self.graph.shape(*arg);
                let partial = self
                    .graph
                    .push(Op::Part(at), vec![pull], shape, Kind::Number);
                all.extend(self.scaled(slot, partial, true)?);
            }
        }
        Some(all)
    }
}

/// What a slice keeps of entries that lie along an axis from a start on.
enum Part {
    Nothing,
    /// All but those lost in front, so many, which now begin at `start`.
    Of {
        lost: Dim,
        start: Dim,
        left: Dim,
    },
}

/// What a slice, of so many entries from `first` on, keeps of `extent` entries that begin at `start`, where that can be told for all
/// sizes.
fn kept_part((first, count): (&Dim, &Dim), start: &Dim, extent: &Dim) -> Option<Part> {
    let (lost, start) = match at_most(first, start)? {
        true => (Dim::literal(0), start.minus(first)?),
        false => (first.minus(start)?, Dim::literal(0)),
    };
    // From its new start on there is room for so many, of which so many are there.
    let (room, there) = (count.minus(&start)?, extent.minus(&lost)?);
    let left = if at_most(&there, &room)? { there } else { room };
    if left.name.is_none() && left.offset <= 0 {
        return Some(Part::Nothing);
    }
    // An extent that may be negative for some sizes is none.
    let is_extent = |known: &Dim| known.name == left.name && known.offset <= left.offset;
    let is_sure = left.name.is_none() || is_extent(count) || is_extent(extent);
    is_sure.then_some(Part::Of { lost, start, left })
}

/// Whether each axis of a value is the same axis of the array.
fn is_identity(indices: &[Index]) -> bool {
    let mut all = indices.iter().enumerate();
    all.all(|(axis, index)| *index == Index::whole(axis))
}

/// The index where what it counts begins further behind.
fn shift(index: &mut Index, by: &Dim) -> Option<()> {
    match index {
        Index::At(start)
        | Index::Along { start, .. }
        | Index::Back { last: start, .. }
        | Index::Label { start, .. } => *start = start.plus(by)?,
    }
    Some(())
}

/// Whether one extent or index is at most another one, if that can be told.
fn at_most(first: &Dim, second: &Dim) -> Option<bool> {
    if *first == Dim::literal(0) {
        return Some(true);
    }
    let known = second.minus(first)?;
    known.name.is_none().then_some(known.offset >= 0)
}

/// Whether the entries of a square matrix of second derivatives all stand above the diagonal, of which the lower triangle has the
/// same: by a rule an axis, the first that differ decide.
pub fn is_above(slot: &Slot) -> bool {
    let both = slot.row.iter().zip(&slot.column);
    let mut both = both.skip_while(|(row, column)| row == column);
    let Some((row, column)) = both.next() else {
        return false;
    };
    let places = match (row, column) {
        (Index::At(row), Index::At(column)) => Some((row, column)),
        (
            Index::Along { axis, start: row },
            Index::Along {
                axis: other,
                start: column,
            },
        ) => (axis == other).then_some((row, column)),
        _ => None,
    };
    let Some((row, column)) = places else {
        return false;
    };
    let behind = column.minus(row).filter(|behind| behind.name.is_none());
    behind.is_some_and(|behind| behind.offset > 0)
}
