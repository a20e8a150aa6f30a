//! Operations that move entries: what becomes of the rules of a slot, and of its array.
//!
//! Invariant: a slot that comes out has an entry for each that goes in and is kept, and no other but zeros; where it cannot be told for
//! all sizes which are kept, all are, in an array that is laid out like the value.

use super::Walk;
use super::slots::{Index, Slot};
use crate::graph::{Dim, Node, NodeId, Shape};

impl Walk<'_> {
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

    /// Axes that a view puts in are axes of the slot too; those that it leaves out have one entry, or the first stands for all.
    pub(super) fn viewed(
        &mut self,
        node: &Node,
        map: &[Option<usize>],
        slot: Slot,
    ) -> Option<Option<Slot>> {
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
    pub(super) fn sliced(
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
    pub(super) fn turned(&mut self, mut slot: Slot, axis: usize, extent: &Dim) -> Option<Slot> {
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
    pub(super) fn gathered(
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
    pub(super) fn scattered(
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

/// Whether one extent or index is at most another one, if that can be told.
fn at_most(first: &Dim, second: &Dim) -> Option<bool> {
    if *first == Dim::literal(0) {
        return Some(true);
    }
    let known = second.minus(first)?;
    known.name.is_none().then_some(known.offset >= 0)
}
