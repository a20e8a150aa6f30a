//! Where the entries of a sparse matrix stand that come in slots: arrays of entries, of which sizes and labels say the places.
//!
//! The places are sorted once, where a problem is made. Entries of one place are added up, since turns of a loop may meet there, as
//! those of equal labels do. Invariant: of each entry of each slot the position among the values is kept, or that it has none,
//! being above the diagonal of a matrix of which the lower triangle is wanted.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use ndarray::{Array, Dimension};

use super::Pattern;
use crate::objective::of_length;
use crate::operand::Element;

/// An array of entries.
pub struct Slot<'s> {
    /// How many there are along each axis.
    pub extents: &'s [usize],
    /// The row of each.
    pub row: Index<'s>,
    /// The column of each.
    pub column: Index<'s>,
    /// Whether some may stand nowhere, being zeros beyond the arrays.
    pub leaves: bool,
}

/// The row or the column of an entry: which entry it is of arrays that lie one behind the other, row by row.
pub struct Index<'s> {
    /// How many entries the arrays have in front of the one that is meant.
    pub before: usize,
    /// The place along each axis of that.
    pub axes: &'s [Along<'s>],
}

/// The place along an axis, by the position of an entry in the array of its slot.
pub struct Along<'s> {
    /// How many places there are.
    pub extent: usize,
    /// How far one is from the next.
    pub stride: usize,
    /// Where places begin.
    pub first: isize,
    /// How they go on.
    pub by: By<'s>,
}

/// How a place follows from the position along an axis.
pub enum By<'s> {
    /// Not at all.
    Nothing,
    /// With it.
    Forwards(usize),
    /// Against it.
    Backwards(usize),
    /// By the label at it.
    Label(usize, &'s [usize]),
}

impl Index<'_> {
    /// Where entries begin, and how much further each position along each axis of so many leads; nothing where it leads out of the
    /// array.
    fn tables(&self, extents: &[usize]) -> (Option<usize>, Vec<Vec<Option<usize>>>) {
        let mut first = Some(self.before);
        let further = |extent: &usize| vec![Some(0); *extent];
        let mut tables: Vec<Vec<Option<usize>>> = extents.iter().map(further).collect();
        for along in self.axes {
            let place = |place: isize| {
                let place = usize::try_from(along.first + place).ok();
                place.filter(|place| *place < along.extent)
            };
            let mut leads = |axis: usize, to: &dyn Fn(usize) -> isize| {
                for (position, further) in tables[axis].iter_mut().enumerate() {
                    let place = place(to(position));
                    *further = further
                        .zip(place)
                        .map(|(before, place)| before + place * along.stride);
                }
            };
            match along.by {
                By::Nothing => {
                    let place = place(0);
                    first = first
                        .zip(place)
                        .map(|(before, place)| before + place * along.stride);
                }
                By::Forwards(axis) => leads(axis, &signed),
                By::Backwards(axis) => leads(axis, &|position| -signed(position)),
                By::Label(axis, labels) => leads(axis, &|position| signed(labels[position])),
            }
        }
        (first, tables)
    }
}

impl Slot<'_> {
    /// The row and the column of each entry, where it has both.
    fn each(&self, mut visit: impl FnMut(Option<(usize, usize)>)) {
        let (row, rows) = self.row.tables(self.extents);
        let (column, columns) = self.column.tables(self.extents);
        let tables: Vec<Vec<Option<(usize, usize)>>> = std::iter::zip(rows, columns)
            .map(|(rows, columns)| {
                let both = std::iter::zip(rows, columns);
                both.map(|(row, column)| row.zip(column)).collect()
            })
            .collect();
        each_sum(row.zip(column), &tables, &mut visit);
    }
}

/// The sums of one entry of each table, with what they begin with; nothing where any is nothing.
fn each_sum(
    first: Option<(usize, usize)>,
    tables: &[Vec<Option<(usize, usize)>>],
    visit: &mut impl FnMut(Option<(usize, usize)>),
) {
    let Some((table, rest)) = tables.split_first() else {
        return visit(first);
    };
    for further in table {
        let both = first.zip(*further);
        let sum = both.map(|((row, column), further)| (row + further.0, column + further.1));
        each_sum(sum, rest, visit);
    }
}

/// An index of an array in memory, of which there are fewer than half of all numbers.
#[allow(clippy::cast_possible_wrap, reason = "as the sentence above says")]
fn signed(index: usize) -> isize {
    index as isize
}

/// The place of each entry of all slots.
#[derive(Clone)]
pub struct Places {
    shape: [usize; 2],
    rows: Arc<[usize]>,
    columns: Arc<[usize]>,
    /// Of the entries of all slots, one behind the other.
    positions: Arc<[u32]>,
}

/// What is above the diagonal has no position.
const NOWHERE: u32 = u32::MAX;

impl Debug for Places {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries of {:?}", self.rows.len(), self.shape)
    }
}

impl Places {
    /// Of these slots, of which what is above the diagonal is left out where `is_triangle`.
    ///
    /// # Panics
    /// Where there are 2^32 entries or more.
    pub fn new(shape: [usize; 2], is_triangle: bool, slots: &[Slot]) -> Places {
        let sizes = slots
            .iter()
            .map(|slot| slot.extents.iter().product::<usize>());
        let count: usize = sizes.sum();
        assert!(
            count < NOWHERE as usize,
            "a matrix has at most 2^32 entries"
        );
        let mut places: Vec<Option<(usize, usize)>> = Vec::with_capacity(count);
        for slot in slots {
            slot.each(|place| {
                assert!(place.is_some() || slot.leaves, "an entry is in its matrix");
                places.push(place.filter(|(row, column)| !is_triangle || row >= column));
            });
        }
        let mut positions = vec![NOWHERE; count];
        let (mut rows, mut columns) = (Vec::new(), Vec::new());
        let (ends, mut entries) = by_rows(&places, shape[0]);
        let mut start = 0;
        for (row, end) in ends.into_iter().enumerate() {
            let own = &mut entries[start..end];
            own.sort_unstable();
            start = end;
            let first = columns.len();
            for (column, entry) in own {
                if columns.len() == first || columns.last() != Some(column) {
                    rows.push(row);
                    columns.push(*column);
                }
                // There are fewer than all entries, which are few enough.
                positions[*entry as usize] = (columns.len() - 1) as u32;
            }
        }
        Places {
            shape,
            rows: rows.into(),
            columns: columns.into(),
            positions: positions.into(),
        }
    }

    /// The places, each once.
    pub fn pattern(&self) -> Pattern<'_> {
        Pattern {
            rows: &self.rows,
            columns: &self.columns,
            shape: self.shape,
        }
    }

    /// Adds up the entries of all slots in their order.
    ///
    /// # Panics
    /// Where there are not as many values as places.
    #[track_caller]
    pub fn put<T: Element>(&self, slots: &[Vec<T>], values: &mut [T]) {
        of_length(self.rows.len(), values.len());
        values.fill(T::zero());
        let entries = slots.iter().flatten();
        for (entry, position) in entries.zip(&*self.positions) {
            if *position != NOWHERE {
                let value = &mut values[*position as usize];
                *value = *value + *entry;
            }
        }
    }
}

/// Where each row of so many ends, and the column and the number of each entry, row by row.
fn by_rows(places: &[Option<(usize, usize)>], count: usize) -> (Vec<usize>, Vec<(usize, u32)>) {
    let mut next = vec![0; count];
    for (row, _) in places.iter().flatten() {
        next[*row] += 1;
    }
    let mut start = 0;
    for next in &mut next {
        start += std::mem::replace(next, start);
    }
    let mut entries = vec![(0, 0); start];
    for (place, entry) in places.iter().zip(0..) {
        if let Some((row, column)) = place {
            entries[next[*row]] = (*column, entry);
            next[*row] += 1;
        }
    }
    (next, entries)
}

/// The entries of an array, row by row.
pub fn flattened<T: Element, D: Dimension>(array: Array<T, D>) -> Vec<T> {
    if array.is_standard_layout() {
        let count = array.len();
        let (entries, first) = array.into_raw_vec_and_offset();
        if first.unwrap_or(0) == 0 && entries.len() == count {
            return entries;
        }
        let first = first.unwrap_or(0);
        return entries[first..first + count].to_vec();
    }
    array.iter().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Along one axis of so many places.
    fn along<'s>(axes: &'s [Along<'s>]) -> Index<'s> {
        Index { before: 0, axes }
    }

    /// A literal, so that it lives as long as wanted.
    macro_rules! axis {
        ($extent:literal, $first:literal, $by:expr) => {
            Along {
                extent: $extent,
                stride: 1,
                first: $first,
                by: $by,
            }
        };
    }

    #[test]
    fn entries_of_one_place_are_added_up_in_order() {
        let slot = Slot {
            extents: &[3],
            row: along(&[axis!(3, 0, By::Label(0, &[2, 0, 2]))]),
            column: along(&[axis!(2, 1, By::Nothing)]),
            leaves: false,
        };
        let places = Places::new([3, 2], false, &[slot]);
        assert_eq!(places.pattern().rows, [0, 2]);
        assert_eq!(places.pattern().columns, [1, 1]);
        let mut values = [9.0; 2];
        places.put(&[vec![1.0, 10.0, 100.0]], &mut values);
        assert_eq!(values, [10.0, 101.0]);
    }

    #[test]
    fn of_a_triangle_there_is_what_is_not_above_the_diagonal() {
        let slot = Slot {
            extents: &[2, 2],
            row: along(&[axis!(2, 0, By::Forwards(0))]),
            column: along(&[axis!(2, 1, By::Backwards(1))]),
            leaves: false,
        };
        let places = Places::new([2, 2], true, &[slot]);
        let found: Vec<_> = places.pattern().places().collect();
        assert_eq!(found, [(0, 0), (1, 0), (1, 1)]);
        let mut values = [0.0; 3];
        places.put(&[vec![2.0, 1.0, 4.0, 3.0]], &mut values);
        assert_eq!(values, [1.0, 3.0, 4.0]);
    }

    #[test]
    fn what_may_leave_the_source_stands_nowhere_there() {
        let slot = |leaves| Slot {
            extents: &[2],
            row: along(&[axis!(2, 0, By::Forwards(0))]),
            column: along(&[axis!(2, -1, By::Forwards(0))]),
            leaves,
        };
        let places = Places::new([2, 2], false, &[slot(true)]);
        assert_eq!(places.pattern().places().collect::<Vec<_>>(), [(1, 0)]);
        let refused = std::panic::catch_unwind(|| Places::new([2, 2], false, &[slot(false)]));
        assert!(
            refused.is_err(),
            "an entry that stands nowhere is a mistake"
        );
    }

    #[test]
    fn arrays_without_entries_have_no_places() {
        let slot = Slot {
            extents: &[0],
            row: along(&[axis!(0, 0, By::Forwards(0))]),
            column: along(&[axis!(0, 0, By::Forwards(0))]),
            leaves: false,
        };
        assert!(Places::new([0, 0], true, &[slot]).pattern().is_empty());
    }

    #[test]
    fn entries_lie_row_by_row_whatever_the_layout() {
        let array = ndarray::array![[1.0, 2.0], [3.0, 4.0]];
        assert_eq!(
            flattened(array.clone().reversed_axes()),
            [1.0, 3.0, 2.0, 4.0]
        );
        assert_eq!(flattened(array), [1.0, 2.0, 3.0, 4.0]);
    }
}
