//! Memory that outlives the arrays in it, so that a graph which is run again allocates nothing.
//!
//! Invariant: what is taken is a packed array of the extents asked for, with any entries; it is written in full before it is
//! read. A place whose memory is taken is empty until some is given back.

use std::borrow::Cow;
use std::mem;

use ndarray::{Array, ArrayRef, CowArray, Dimension};

use crate::kernel::copy;
use crate::operand::{Element, Operand};

/// An input that a `Forward` keeps: borrowed until it is asked to own it.
pub type Kept<'a, T, D> = CowArray<'a, T, D>;

/// Labels that a `Forward` keeps.
pub type KeptLabels<'a> = Cow<'a, [usize]>;

/// An input as it is kept.
pub fn kept<T: Element, D: Dimension>(input: &ArrayRef<T, D>) -> Kept<'_, T, D> {
    input.view().into()
}

/// Labels as they are kept.
pub fn kept_labels(labels: &[usize]) -> KeptLabels<'_> {
    labels.into()
}

/// A kept input that is borrowed no longer.
pub fn own<T: Element, D: Dimension>(input: Kept<'_, T, D>) -> Kept<'static, T, D> {
    input.into_owned().into()
}

/// Kept labels that are borrowed no longer.
pub fn own_labels(labels: KeptLabels<'_>) -> KeptLabels<'static> {
    labels.into_owned().into()
}

/// The memory of one array, or of several one after the other.
#[derive(Clone, Debug)]
pub struct Buffer<T>(Vec<T>);

impl<T> Default for Buffer<T> {
    fn default() -> Self {
        Buffer(Vec::new())
    }
}

/// Where memory is kept: a buffer, or an array that is about to be written.
pub trait Memory<T> {
    /// All there is, with any entries.
    fn entries(&mut self) -> Vec<T>;
}

impl<T> Memory<T> for Buffer<T> {
    fn entries(&mut self) -> Vec<T> {
        mem::take(&mut self.0)
    }
}

impl<T: Element, D: Dimension> Memory<T> for Array<T, D> {
    fn entries(&mut self) -> Vec<T> {
        mem::take(self).into_raw_vec_and_offset().0
    }
}

/// An array in the memory of a place, which grows if it is too small.
pub fn take<T: Element, D: Dimension>(place: &mut impl Memory<T>, extents: D) -> Array<T, D> {
    let (mut entries, size) = (place.entries(), extents.size());
    if size > entries.capacity() {
        entries = vec![T::zero(); size];
    } else {
        entries.resize(size, T::zero());
    }
    match Array::from_shape_vec(extents, entries) {
        Ok(array) => array,
        Err(error) => unreachable!("there are as many entries as the extents say: {error}"),
    }
}

/// Leaves the memory of an array in a buffer.
pub fn give<T, D: Dimension>(buffer: &mut Buffer<T>, array: Array<T, D>) {
    buffer.0 = array.into_raw_vec_and_offset().0;
}

/// How many steps of a loop are a block, where a loop keeps its states in front of blocks only: as many as there are blocks.
pub fn block(steps: usize) -> usize {
    steps.isqrt().max(1)
}

/// How many blocks so many steps are.
pub fn blocks(steps: usize) -> usize {
    steps.div_ceil(block(steps))
}

/// Writes an operand's entries to an array, in the memory that it has.
pub fn write<T: Element, D: Dimension>(
    array: &mut Array<T, D>,
    operand: &Operand<'_, T>,
    extents: D,
) {
    let mut taken = take(array, extents);
    copy(operand, &mut taken);
    *array = taken;
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2, Ix1, Ix2, array, s};

    use super::*;

    #[test]
    fn memory_goes_round() {
        let mut buffer = Buffer::default();
        let mut taken = take(&mut buffer, Ix2(2, 3));
        assert_eq!(taken, Array2::<f64>::zeros((2, 3)));
        taken.fill(1.0);
        let place = taken.as_ptr();
        give(&mut buffer, taken);
        let again = take(&mut buffer, Ix1(4));
        assert_eq!((again.as_ptr(), again.len()), (place, 4));
        give(&mut buffer, again);
        assert_eq!(take(&mut buffer, Ix2(3, 3)).len(), 9);
        assert_eq!(
            take(&mut buffer, Ix1(2)).len(),
            2,
            "there is new memory where some was lost"
        );
    }

    /// A gradient may come from anywhere: a slice of an array, or one in another order.
    #[test]
    fn arrays_of_any_layout_are_memory() {
        let column = array![[1.0, 2.0], [3.0, 4.0]].slice_move(s![.., 1]);
        let turned = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].reversed_axes();
        let (mut column, mut turned) = (column, turned);
        let numbers = Array1::from_iter([7.0, 8.0]);
        write(&mut column, &Operand::array(&numbers), Ix1(2));
        assert_eq!(column, numbers);
        let rows = Operand::array(&numbers).view(&[None, Some(0)], &[3, 2]);
        write(&mut turned, &rows, Ix2(3, 2));
        assert_eq!(turned, array![[7.0, 8.0], [7.0, 8.0], [7.0, 8.0]]);
    }
}
