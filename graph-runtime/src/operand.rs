//! How kernels and products see an array: entries somewhere in memory, and a stride per axis.
//!
//! Invariant: an operand never copies for a transpose, a broadcast or a slice, all of which only change strides; an array
//! whose memory has gaps or runs backwards is packed once, by [`readable`]. Nothing else allocates, but a product that is
//! given repeated entries, which it cannot read in place. Operands own nothing, so a body with hundreds of them is no work for
//! rustc, which follows what has to be dropped from every place to every other.

use ndarray::{Array, ArrayRef, CowArray, Dimension, LinalgScalar};

use crate::Number;
use crate::kernel::packed;
use crate::products::{Factor, Multiply, multiply};

/// Arrays have at most this many axes, loops included.
pub const RANK: usize = 6;

/// A number that arrays are made of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number `graph!` can differentiate",
    label = "expected `f32` or `f64`",
    note = "write `1.0` rather than `1`; an array of integers converts with `x.mapv(|i| i as f64)`"
)]
pub trait Element: Number + LinalgScalar + Multiply {}

#[diagnostic::do_not_recommend]
impl<T: Number + LinalgScalar + Multiply> Element for T {}

/// Where an operand's entries come from.
#[derive(Clone, Copy)]
enum Source<'a, T> {
    Memory(&'a [T]),
    Number(T),
    Labels(&'a [usize]),
    /// 0, 1, 2, …: the position itself.
    Count,
    /// What a target of the same loop holds before it is written.
    Target(usize),
}

/// A read-only array under any axes.
#[derive(Clone, Copy)]
pub struct Operand<'a, T> {
    entries: Source<'a, T>,
    offset: usize,
    extents: Axes<usize>,
    strides: Axes<usize>,
}

/// One value an axis, without allocation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axes<V> {
    values: [V; RANK],
    rank: usize,
}

impl<V: Copy + Default> Axes<V> {
    pub(crate) fn new(values: &[V]) -> Axes<V> {
        let mut axes = Axes {
            values: [V::default(); RANK],
            rank: values.len(),
        };
        axes.values[..values.len()].copy_from_slice(values);
        axes
    }

    pub(crate) fn push(&mut self, value: V) {
        self.values[self.rank] = value;
        self.rank += 1;
    }
}

impl Axes<usize> {
    /// The stride along an axis; none where there is no such axis.
    #[inline]
    pub(crate) fn along(&self, axis: usize) -> usize {
        self.values[axis]
    }

    /// The stride along the last axis.
    #[inline]
    pub(crate) fn innermost(&self) -> usize {
        self.values[self.rank.saturating_sub(1)]
    }
}

impl<V> std::ops::Deref for Axes<V> {
    type Target = [V];

    #[inline]
    fn deref(&self) -> &[V] {
        &self.values[..self.rank]
    }
}

impl<V> std::ops::DerefMut for Axes<V> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [V] {
        &mut self.values[..self.rank]
    }
}

/// An array as an operand can read it: in place if it lies without gaps and runs forwards, else packed.
pub fn readable<T: Element, D: Dimension>(array: &ArrayRef<T, D>) -> CowArray<'_, T, D> {
    let strides = array.strides().iter().zip(array.shape());
    let mut strides = strides.map(|(stride, extent)| *stride >= 0 || *extent <= 1);
    if strides.all(|forwards| forwards) && array.as_slice_memory_order().is_some() {
        return array.view().into();
    }
    array.as_standard_layout().into_owned().into()
}

impl<'a, T: Element> Operand<'a, T> {
    /// The entries of an array that is [`readable`].
    pub fn array<D: Dimension>(array: &'a ArrayRef<T, D>) -> Operand<'a, T> {
        let Some(memory) = array.as_slice_memory_order() else {
            unreachable!("what is not packed has been made readable")
        };
        let mut strides = Axes::new(array.shape());
        for (to, stride) in strides.iter_mut().zip(array.strides()) {
            *to = stride.max(&0).unsigned_abs();
        }
        Operand::in_memory(memory, array.shape(), strides)
    }

    /// Entries side by side, as an array of these extents.
    #[inline]
    pub fn of_entries(entries: &'a [T], extents: &[usize]) -> Operand<'a, T> {
        Operand::in_memory(entries, extents, packed_strides(extents))
    }

    #[inline]
    pub(crate) fn in_memory(
        memory: &'a [T],
        extents: &[usize],
        strides: Axes<usize>,
    ) -> Operand<'a, T> {
        Operand {
            entries: Source::Memory(memory),
            offset: 0,
            extents: Axes::new(extents),
            strides,
        }
    }

    /// The array that the loop writes as its target number `target`, entry by entry before it is written.
    pub fn over(target: usize) -> Operand<'a, T> {
        let axes = Axes::new(&[]);
        Operand {
            entries: Source::Target(target),
            offset: 0,
            extents: axes,
            strides: axes,
        }
    }

    /// One number, of no axes: a view spreads it.
    pub fn number(value: T) -> Operand<'a, T> {
        let axes = Axes::new(&[]);
        Operand {
            entries: Source::Number(value),
            offset: 0,
            extents: axes,
            strides: axes,
        }
    }

    /// Class labels, as numbers.
    pub fn labels(labels: &'a [usize]) -> Operand<'a, T> {
        let (extents, strides) = (Axes::new(&[labels.len()]), Axes::new(&[1]));
        Operand {
            entries: Source::Labels(labels),
            offset: 0,
            extents,
            strides,
        }
    }

    /// 0, 1, 2, … below `extent`.
    pub fn count(extent: usize) -> Operand<'a, T> {
        Operand {
            entries: Source::Count,
            offset: 0,
            extents: Axes::new(&[extent]),
            strides: Axes::new(&[1]),
        }
    }

    /// One label.
    #[inline]
    pub fn choice(label: usize) -> Operand<'a, T> {
        let axes = Axes::new(&[]);
        Operand {
            entries: Source::Count,
            offset: label,
            extents: axes,
            strides: axes,
        }
    }

    /// The same entries under other axes: for each new axis the old one, or none for one along which nothing changes.
    #[must_use]
    pub fn view(self, map: &[Option<usize>], extents: &[usize]) -> Operand<'a, T> {
        let mut strides = Axes::new(&[]);
        for axis in map {
            strides.push(axis.map_or(0, |axis| self.strides[axis]));
        }
        Operand {
            extents: Axes::new(extents),
            strides,
            ..self
        }
    }

    /// The entries from `start` on along one axis.
    #[must_use]
    pub fn slice(mut self, axis: usize, start: usize, extent: usize) -> Operand<'a, T> {
        self.offset += start * self.strides[axis];
        self.extents[axis] = extent;
        self
    }

    /// The entry at a position.
    #[inline(never)]
    pub fn at(&self, position: &[usize]) -> T {
        self.entry(self.offset + reach(position, &self.strides))
    }

    pub(crate) fn extents(&self) -> &[usize] {
        &self.extents
    }

    /// The target that this is, if it is one.
    #[inline]
    pub(crate) fn target(&self) -> Option<usize> {
        match self.entries {
            Source::Target(target) => Some(target),
            _ => None,
        }
    }

    pub(crate) fn strides(&self) -> &[usize] {
        &self.strides
    }

    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// The entry at a position in memory.
    #[inline]
    pub(crate) fn entry(&self, at: usize) -> T {
        match &self.entries {
            Source::Memory(memory) => memory[at],
            Source::Number(value) => *value,
            Source::Labels(labels) => T::of(labels[at] as f64),
            Source::Count => T::of(at as f64),
            Source::Target(_) => unreachable!("the loop reads its targets itself"),
        }
    }

    /// All of the memory that the entries lie in, if they do.
    pub(crate) fn memory(&self) -> Option<&'a [T]> {
        match self.entries {
            Source::Memory(memory) => Some(memory),
            _ => None,
        }
    }

    /// Whether each entry is its position.
    pub(crate) fn is_count(&self) -> bool {
        matches!(self.entries, Source::Count)
    }

    /// `count` labels from a position on, which lie side by side.
    pub(crate) fn labels_from(&self, at: usize, count: usize) -> &'a [usize] {
        match self.entries {
            Source::Labels(labels) => &labels[at..at + count],
            _ => unreachable!("only labels choose entries"),
        }
    }

    /// The label at a position in memory.
    #[inline]
    pub(crate) fn label(&self, at: usize) -> usize {
        match &self.entries {
            Source::Labels(labels) => labels[at],
            // Which step of a loop it is.
            Source::Count => at,
            _ => unreachable!("only labels choose entries"),
        }
    }

    /// `count` entries from `at` on, if they are in memory side by side.
    #[inline]
    pub(crate) fn run(&self, at: usize, count: usize) -> Option<&[T]> {
        match &self.entries {
            Source::Memory(memory) => memory.get(at..at + count),
            _ => None,
        }
    }

    /// The operand as a product can read it: in memory, which is `packed` if need be, its last two axes without repeats.
    pub(crate) fn for_product<'p>(&'p self, packed: &'p mut Vec<T>) -> Operand<'p, T> {
        let matrix = self.strides.len() - 2;
        let repeats = |axis: usize| self.strides[axis] == 0 && self.extents[axis] > 1;
        if matches!(self.entries, Source::Memory(_)) && !repeats(matrix) && !repeats(matrix + 1) {
            return *self;
        }
        *packed = crate::kernel::collect(self, ndarray::IxDyn(&self.extents))
            .into_raw_vec_and_offset()
            .0;
        let strides = packed_strides(&self.extents);
        Operand::in_memory(packed, &self.extents, strides)
    }

    /// The matrix of the last two axes, at a position along the axes before them, counted row by row.
    pub(crate) fn matrix(&self, at: usize) -> Factor<'a, T> {
        let Source::Memory(memory) = self.entries else {
            unreachable!("products are of numbers")
        };
        let [.., rows, columns] = *self.extents else {
            unreachable!("a matrix has two axes")
        };
        let [.., row, column] = *self.strides else {
            unreachable!("a matrix has two axes")
        };
        let outer = self.strides.len() - 2;
        let batch = reach(&position(at, &self.extents[..outer]), &self.strides);
        let start = (self.offset + batch).min(memory.len());
        Factor {
            entries: &memory[start..],
            rows,
            columns,
            strides: [row, column],
        }
    }
}

/// How far the entry at a position is from the first one, in an array of these strides.
#[inline]
pub(crate) fn reach(position: &[usize], strides: &[usize]) -> usize {
    let steps = position.iter().zip(strides);
    steps.map(|(index, stride)| index * stride).sum()
}

/// The position of an entry in an array of these extents, counted row by row.
#[inline]
pub(crate) fn position(at: usize, extents: &[usize]) -> Axes<usize> {
    let (mut position, mut rest) = (Axes::new(extents), at);
    for index in position.iter_mut().rev() {
        let extent = *index;
        (*index, rest) = (rest % extent, rest / extent);
    }
    position
}

/// Strides of an array packed row by row.
pub(crate) fn packed_strides(extents: &[usize]) -> Axes<usize> {
    let mut strides = Axes::new(extents);
    let mut size = 1;
    for (stride, extent) in strides.iter_mut().zip(extents).rev() {
        *stride = size;
        size *= extent;
    }
    strides
}

/// Writes the matrix product of the last two axes, for every position along those before them.
pub fn matmul<T: Element, D: Dimension>(
    left: &Operand<'_, T>,
    right: &Operand<'_, T>,
    product: &mut ArrayRef<T, D>,
) {
    product_of(left, right, product, false);
}

/// The same where a factor of 0 makes a term 0, however infinite or undefined the other one is.
///
/// Such a term leaves a sum that is no finite number, so only those are made again.
pub fn strong_matmul<T: Element, D: Dimension>(
    left: &Operand<'_, T>,
    right: &Operand<'_, T>,
    product: &mut ArrayRef<T, D>,
) {
    matmul(left, right, product);
    let (mut turned, mut other) = (Vec::new(), Vec::new());
    let (left, right) = (left.for_product(&mut turned), right.for_product(&mut other));
    let shape = Axes::new(product.shape());
    let [.., rows, columns] = *shape else {
        unreachable!("a product has two axes")
    };
    let zero = T::of(0.0);
    let entries = packed(product).iter_mut().enumerate();
    for (at, entry) in entries.filter(|(_, entry)| !entry.is_finite()) {
        let (batch, row, column) = (at / (rows * columns), at / columns % rows, at % columns);
        let (left, right) = (left.matrix(batch), right.matrix(batch));
        let terms = (0..left.columns).map(|k| (left.at(row, k), right.at(k, column)));
        let terms = terms.filter(|(a, b)| *a != zero && *b != zero);
        *entry = terms.fold(zero, |sum, (a, b)| sum + a * b);
    }
}

/// Adds the matrix product to what is there.
pub(crate) fn add_matmul<T: Element, D: Dimension>(
    left: &Operand<'_, T>,
    right: &Operand<'_, T>,
    sum: &mut ArrayRef<T, D>,
) {
    product_of(left, right, sum, true);
}

fn product_of<T: Element, D: Dimension>(
    left: &Operand<'_, T>,
    right: &Operand<'_, T>,
    product: &mut ArrayRef<T, D>,
    added: bool,
) {
    let mut memory = [Vec::new(), Vec::new()];
    let [of_left, of_right] = &mut memory;
    let (left, right) = (left.for_product(of_left), right.for_product(of_right));
    let shape = Axes::new(product.shape());
    let (batch, cells) = shape.split_at(shape.len() - 2);
    let (together, rows) = rows_together(&left, &right);
    let size = rows * cells[1];
    let memory = packed(product);
    let count: usize = batch.iter().product();
    for at in (0..count).step_by(together.max(1)) {
        let block = &mut memory[at * cells[0] * cells[1]..][..size];
        let left = Factor {
            rows,
            ..left.matrix(at)
        };
        multiply(left, right.matrix(at), block, added);
    }
}

/// How many matrices of a batch are rows of one, since they lie one behind the other and are multiplied by the same, and how many
/// rows that one has.
fn rows_together<T>(left: &Operand<'_, T>, right: &Operand<'_, T>) -> (usize, usize) {
    let outer = left.strides.len() - 2;
    let (mut together, mut rows) = (1, left.extents[outer]);
    for axis in (0..outer).rev() {
        let extent = left.extents[axis];
        let follows = left.strides[axis] == rows * left.strides[outer];
        if extent > 1 && !(right.strides[axis] == 0 && follows) {
            break;
        }
        together *= extent;
        rows *= extent;
    }
    (together, rows)
}

/// An input as an array of its own.
pub fn owned<T: Element, D: Dimension>(array: &ArrayRef<T, D>) -> Array<T, D> {
    array.to_owned()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array, Array2, Ix2, array, s};

    use super::*;

    fn product(a: &ArrayRef<f64, Ix2>, b: &ArrayRef<f64, Ix2>) -> Array2<f64> {
        let mut product = Array2::from_elem((a.nrows(), b.ncols()), f64::NAN);
        let (a, b) = (readable(a), readable(b));
        matmul(&Operand::array(&a), &Operand::array(&b), &mut product);
        product
    }

    /// Whatever lies in the memory before, NaN here, makes no difference, nor does the layout of the operands.
    #[test]
    fn products_in_memory_that_was_used() {
        for (n, k, m) in [
            (2, 3, 4),
            (20, 30, 10),
            (5, 1, 5),
            (1, 6, 3),
            (6, 3, 1),
            (1, 4, 1),
            (3, 0, 2),
            (0, 3, 2),
        ] {
            let a = Array2::from_shape_fn((n, k), |(i, j)| (i * 5 + j * 3) as f64 % 7.0 - 3.0);
            let b = Array2::from_shape_fn((k, m), |(i, j)| (i * 2 + j * 11) as f64 % 5.0 - 2.0);
            let by_hand = Array2::from_shape_fn((n, m), |(i, j)| {
                (0..k).map(|l| a[[i, l]] * b[[l, j]]).sum::<f64>()
            });
            assert_eq!(product(&a, &b), by_hand);
            let (turned_a, turned_b) = (
                a.t().as_standard_layout().into_owned(),
                b.t().as_standard_layout().into_owned(),
            );
            assert_eq!(product(&turned_a.t(), &turned_b.t()), by_hand);
            let mut wide = Array2::from_elem((n, 2 * k), f64::NAN);
            wide.slice_mut(s![.., ..;2]).assign(&a);
            assert_eq!(product(&wide.slice(s![.., ..;2]), &b), by_hand);
            let reversed = a.slice(s![..;-1, ..]).to_owned();
            assert_eq!(product(&reversed.slice(s![..;-1, ..]), &b), by_hand);
        }
    }

    /// One matrix for a whole batch, and a vector that is spread over rows.
    #[test]
    fn products_of_repeated_entries() {
        let (a, b) = (array![[1.0, 2.0], [3.0, 4.0]], array![10.0, 1.0]);
        let mut batch = Array::from_elem((3, 2, 2), f64::NAN);
        let repeated = Operand::array(&a).view(&[None, Some(0), Some(1)], &[3, 2, 2]);
        let rows = Operand::array(&b).view(&[None, None, Some(0)], &[3, 2, 2]);
        matmul(&repeated, &rows, &mut batch);
        for matrix in batch.outer_iter() {
            assert_eq!(matrix, array![[30.0, 3.0], [70.0, 7.0]]);
        }
    }

    /// Matrices that are multiplied by one are so in one product, whatever axes of one entry stand between.
    #[test]
    fn rows_of_a_batch_together() {
        let product_by_hand = |a: &ArrayRef<f64, Ix2>, b: &ArrayRef<f64, Ix2>| {
            let entry = |(i, j)| (0..a.ncols()).map(|k| a[[i, k]] * b[[k, j]]).sum::<f64>();
            Array2::from_shape_fn((a.nrows(), b.ncols()), entry)
        };
        let a = Array::from_shape_fn((2, 1, 3, 2), |(i, _, j, k)| (i * 6 + j * 2 + k) as f64);
        let b = array![[1.0, -1.0], [2.0, 0.5]];
        let (left, right) = (Operand::array(&a), Operand::array(&b));
        let right = right.view(&[None, None, Some(0), Some(1)], &[2, 1, 2, 2]);
        assert_eq!(rows_together(&left, &right), (2, 6));
        let mut product = Array::from_elem((2, 1, 3, 2), f64::NAN);
        matmul(&left, &right, &mut product);
        for i in 0..2 {
            let of = product_by_hand(&a.slice(s![i, 0, .., ..]), &b);
            assert_eq!(product.slice(s![i, 0, .., ..]), of);
        }
        let turned = left.view(&[Some(2), Some(1), Some(0), Some(3)], &[3, 1, 2, 2]);
        assert_eq!(rows_together(&turned, &right), (1, 2));
    }

    #[test]
    fn strides_of_packed_arrays() {
        assert_eq!(*packed_strides(&[2, 3, 4]), [12, 4, 1]);
        assert_eq!(*packed_strides(&[5]), [1]);
        assert_eq!(*packed_strides(&[]), [0_usize; 0]);
    }
}
