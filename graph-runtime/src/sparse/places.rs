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
}

/// The row or the column of an entry at a position of its array: from the first one on so many steps for each position along an
/// axis, and for each label.
pub struct Index<'s> {
    /// Where it begins.
    pub first: isize,
    /// Axes, and how far a position along each leads.
    pub steps: &'s [(usize, isize)],
    /// Axes, how far a label leads, and the labels along each.
    pub labels: &'s [(usize, isize, &'s [usize])],
}

impl Index<'_> {
    fn at(&self, position: &[usize]) -> isize {
        let steps = self.steps.iter();
        let along: isize = steps
            .map(|(axis, step)| signed(position[*axis]) * step)
            .sum();
        let labels = self.labels.iter();
        let at_labels: isize = labels
            .map(|(axis, step, labels)| signed(labels[position[*axis]]) * step)
            .sum();
        self.first + along + at_labels
    }
}

fn signed(index: usize) -> isize {
    isize::try_from(index).expect("an index of an array in memory")
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
        let mut entries: Vec<(usize, usize, u32)> = Vec::with_capacity(count);
        let mut serial = 0;
        for slot in slots {
            each_position(slot.extents, |position| {
                let [row, column] = [&slot.row, &slot.column].map(|index| index.at(position));
                if !is_triangle || row >= column {
                    let [row, column] = [row, column]
                        .map(|index| usize::try_from(index).expect("an entry is in its matrix"));
                    debug_assert!(
                        row < shape[0] && column < shape[1],
                        "an entry is in its matrix"
                    );
                    entries.push((row, column, serial));
                }
                serial += 1;
            });
        }
        // What a slot has is in order mostly, of which this makes use.
        entries.sort_by_key(|(row, column, _)| (*row, *column));
        let mut positions = vec![NOWHERE; count];
        let (mut rows, mut columns) = (Vec::new(), Vec::new());
        for (row, column, serial) in entries {
            if rows.last() != Some(&row) || columns.last() != Some(&column) {
                rows.push(row);
                columns.push(column);
            }
            // There are fewer than all entries, which are few enough.
            positions[serial as usize] = (rows.len() - 1) as u32;
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

/// Every position of an array, row by row.
fn each_position(extents: &[usize], mut visit: impl FnMut(&[usize])) {
    if extents.contains(&0) {
        return;
    }
    let mut position = vec![0; extents.len()];
    loop {
        visit(&position);
        let Some(axis) = (0..extents.len())
            .rev()
            .find(|axis| position[*axis] + 1 < extents[*axis])
        else {
            return;
        };
        position[axis] += 1;
        position[axis + 1..].fill(0);
    }
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

    #[test]
    fn entries_of_one_place_are_added_up_in_order() {
        let labels = [2, 0, 2];
        let slot = Slot {
            extents: &[3],
            row: Index {
                first: 0,
                steps: &[],
                labels: &[(0, 1, &labels)],
            },
            column: Index {
                first: 1,
                steps: &[],
                labels: &[],
            },
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
        let along = |first, axis| Index {
            first,
            steps: match axis {
                0 => &[(0, 1)],
                _ => &[(1, 1)],
            },
            labels: &[],
        };
        let slot = Slot {
            extents: &[2, 2],
            row: along(0, 0),
            column: along(0, 1),
        };
        let places = Places::new([2, 2], true, &[slot]);
        let found: Vec<_> = places.pattern().places().collect();
        assert_eq!(found, [(0, 0), (1, 0), (1, 1)]);
        let mut values = [0.0; 3];
        places.put(&[vec![1.0, 2.0, 3.0, 4.0]], &mut values);
        assert_eq!(values, [1.0, 3.0, 4.0]);
    }

    #[test]
    fn arrays_without_entries_have_no_places() {
        let index = || Index {
            first: 0,
            steps: &[(0, 1)],
            labels: &[],
        };
        let slot = Slot {
            extents: &[0],
            row: index(),
            column: index(),
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
