//! Entries found, and added up, by labels.
//!
//! Invariant: labels have been checked, so each is below the extent of its axis; sums are made in the order of the entries, so
//! they are the same in every run. Nothing here allocates.

use ndarray::{ArrayRef, Dimension};

use crate::kernel::packed;
use crate::operand::{Axes, Element, Operand, packed_strides, position, reach};

/// Where labels stand: the axis of the table that they choose along, and how many axes in front the labels have in common with it.
pub type Along = [usize; 2];

/// Writes the entries of `table` at `labels`, whose own axes take the place of the axis.
pub fn gather<T: Element, D: Dimension>(
    table: &Operand<'_, T>,
    labels: &Operand<'_, T>,
    along: Along,
    gathered: &mut ArrayRef<T, D>,
) {
    let rows = LabelledRows::new(gathered.shape(), table.strides(), labels, along);
    let memory = packed(gathered);
    rows.each(|row| {
        let entries = &mut memory[row.start..row.start + rows.length];
        let start = table.offset() + row.in_table;
        match (table.memory(), rows.last) {
            (Some(table), [1, 0]) => {
                let from = start + rows.label(&row, 0, labels) * rows.along;
                entries.copy_from_slice(&table[from..from + rows.length]);
            }
            (Some(table), [0, 1]) => {
                let labels = labels.labels_from(labels.offset() + row.in_labels, rows.length);
                for (entry, label) in entries.iter_mut().zip(labels) {
                    *entry = table[start + label * rows.along];
                }
            }
            _ => {
                for (at, entry) in entries.iter_mut().enumerate() {
                    *entry = table.entry(table.offset() + rows.of_table(&row, at, labels));
                }
            }
        }
    });
}

/// The entry of `table` at one label.
pub fn at_label<T: Element>(table: &Operand<'_, T>, labels: &Operand<'_, T>, along: Along) -> T {
    let rows = LabelledRows::new(&[], table.strides(), labels, along);
    let label = labels.label(labels.offset());
    table.entry(table.offset() + label * rows.along)
}

/// Adds `entries` where `labels` say to what is there, zeros where this is the adjoint of [`gather`].
pub fn scatter<T: Element, D: Dimension>(
    entries: &Operand<'_, T>,
    labels: &Operand<'_, T>,
    along: Along,
    table: &mut ArrayRef<T, D>,
) {
    let strides = packed_strides(table.shape());
    let rows = LabelledRows::new(entries.extents(), &strides, labels, along);
    let memory = packed(table);
    let innermost = entries.strides().last().copied().unwrap_or(0);
    rows.each(|row| {
        let start = entries.offset() + reach(&row.position, entries.strides());
        if let (Some(from), [0, 1], 1) = (entries.memory(), rows.last, innermost) {
            let labels = labels.labels_from(labels.offset() + row.in_labels, rows.length);
            for (entry, label) in from[start..].iter().zip(labels) {
                let to = &mut memory[row.in_table + label * rows.along];
                *to = *to + *entry;
            }
            return;
        }
        for at in 0..rows.length {
            let to = &mut memory[rows.of_table(&row, at, labels)];
            *to = *to + entries.entry(start + at * innermost);
        }
    });
}

/// Writes the entries along an axis from the last to the first.
pub fn reverse<T: Element, D: Dimension>(
    operand: &Operand<'_, T>,
    axis: usize,
    turned: &mut ArrayRef<T, D>,
) {
    let extents = Axes::new(turned.shape());
    let count = extents.iter().product();
    for (to, entry) in packed(turned).iter_mut().enumerate().take(count) {
        let mut position = position(to, &extents);
        position[axis] = extents[axis] - 1 - position[axis];
        *entry = operand.at(&position);
    }
}

/// The rows along the last axis of what is gathered, and where each of its axes leads in the table and in the labels.
struct LabelledRows {
    extents: Axes<usize>,
    in_table: Axes<usize>,
    in_labels: Axes<usize>,
    along: usize,
    /// Entries of a row; 1 for a number.
    length: usize,
    last: [usize; 2],
}

/// One row: its position, and where it begins in the gathered array, the table and the labels.
struct LabelledRow {
    position: Axes<usize>,
    start: usize,
    in_table: usize,
    in_labels: usize,
}

impl LabelledRows {
    fn new<T: Element>(
        extents: &[usize],
        table: &[usize],
        labels: &Operand<'_, T>,
        [axis, shared]: Along,
    ) -> LabelledRows {
        let own = labels.strides().len() - shared;
        let (mut in_table, mut in_labels) = (Axes::new(&[]), Axes::new(&[]));
        for at in 0..extents.len() {
            let of_label = (axis..axis + own).contains(&at);
            in_table.push(match of_label {
                true => 0,
                false if at < axis => table[at],
                false => table[at + 1 - own],
            });
            in_labels.push(match of_label {
                true => labels.strides()[shared + at - axis],
                false if at < shared => labels.strides()[at],
                false => 0,
            });
        }
        LabelledRows {
            length: extents.last().copied().unwrap_or(1),
            last: [in_table.innermost(), in_labels.innermost()],
            extents: Axes::new(extents),
            in_table,
            in_labels,
            along: table[axis],
        }
    }

    /// Where an entry of a row is in the table, counted from its first entry.
    #[inline]
    fn of_table<T: Element>(&self, row: &LabelledRow, at: usize, labels: &Operand<'_, T>) -> usize {
        row.in_table + at * self.last[0] + self.label(row, at, labels) * self.along
    }

    #[inline]
    fn label<T: Element>(&self, row: &LabelledRow, at: usize, labels: &Operand<'_, T>) -> usize {
        labels.label(labels.offset() + row.in_labels + at * self.last[1])
    }

    fn each(&self, mut visit: impl FnMut(LabelledRow)) {
        if self.extents.contains(&0) {
            return;
        }
        let outer = self.extents.len().saturating_sub(1);
        let count: usize = self.extents[..outer].iter().product();
        let mut position = Axes::new(&self.extents);
        position.fill(0);
        for row in 0..count {
            visit(LabelledRow {
                position,
                start: row * self.length,
                in_table: reach(&position, &self.in_table),
                in_labels: reach(&position, &self.in_labels),
            });
            for axis in (0..outer).rev() {
                position[axis] += 1;
                if position[axis] < self.extents[axis] {
                    break;
                }
                position[axis] = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2, Array3, array};

    use super::*;

    fn operand<'a, D: Dimension>(array: &'a ndarray::Array<f64, D>) -> Operand<'a, f64> {
        Operand::array(array)
    }

    #[test]
    fn rows_of_a_table_at_labels() {
        let table = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
        let labels = Operand::labels(&[2, 0, 2, 1]);
        let mut rows = Array2::from_elem((4, 2), f64::NAN);
        gather(&operand(&table), &labels, [0, 0], &mut rows);
        assert_eq!(rows, array![[5.0, 6.0], [1.0, 2.0], [5.0, 6.0], [3.0, 4.0]]);
        let mut sums = Array2::zeros((3, 2));
        scatter(&operand(&rows), &labels, [0, 0], &mut sums);
        assert_eq!(sums, array![[1.0, 2.0], [3.0, 4.0], [10.0, 12.0]]);
    }

    /// A label for each row, which chooses among its entries.
    #[test]
    fn an_entry_of_each_row() {
        let table = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let labels = Operand::labels(&[2, 1]);
        let mut chosen = Array1::from_elem(2, f64::NAN);
        gather(&operand(&table), &labels, [1, 1], &mut chosen);
        assert_eq!(chosen, array![3.0, 5.0]);
        let mut sums = Array2::zeros((2, 3));
        scatter(&operand(&chosen), &labels, [1, 1], &mut sums);
        assert_eq!(sums, array![[0.0, 0.0, 3.0], [0.0, 5.0, 0.0]]);
    }

    #[test]
    fn labels_along_a_later_axis_and_axes_of_no_entries() {
        let table = Array3::from_shape_fn((2, 3, 2), |(i, j, k)| (i * 100 + j * 10 + k) as f64);
        let labels = Operand::labels(&[1, 1, 0, 2]);
        let mut chosen = Array3::from_elem((2, 4, 2), f64::NAN);
        gather(&operand(&table), &labels, [1, 0], &mut chosen);
        let expected = Array3::from_shape_fn((2, 4, 2), |(i, l, k)| table[[i, [1, 1, 0, 2][l], k]]);
        assert_eq!(chosen, expected);
        let mut none = Array2::from_elem((0, 2), f64::NAN);
        gather(
            &operand(&array![[1.0, 2.0]]),
            &Operand::labels(&[]),
            [0, 0],
            &mut none,
        );
        let mut sums = Array2::zeros((1, 2));
        scatter(&operand(&none), &Operand::labels(&[]), [0, 0], &mut sums);
        assert_eq!(sums, array![[0.0, 0.0]]);
    }

    #[test]
    fn an_axis_turned_around() {
        let rows = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let mut turned = Array2::from_elem((2, 3), f64::NAN);
        reverse(&operand(&rows), 1, &mut turned);
        assert_eq!(turned, array![[3.0, 2.0, 1.0], [6.0, 5.0, 4.0]]);
        reverse(&operand(&rows), 0, &mut turned);
        assert_eq!(turned, array![[4.0, 5.0, 6.0], [1.0, 2.0, 3.0]]);
    }
}
