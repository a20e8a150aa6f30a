//! Values in a flat vector: numbers, fixed arrays and arrays of any size, one behind the other, arrays row by row.
//!
//! Invariant: a vector's length is checked before anything of it is read or written, so that no method after that can fail.

use crate::Real;
use crate::objective::of_length;

/// Takes a vector apart from its beginning on.
pub struct Reader<'x, T> {
    rest: &'x [T],
}

impl<'x, T: Real> Reader<'x, T> {
    /// At the beginning of a vector that has to have this many entries.
    #[inline]
    #[track_caller]
    pub fn new(vector: &'x [T], length: usize) -> Reader<'x, T> {
        of_length(length, vector.len());
        Reader { rest: vector }
    }

    /// The next number or fixed array.
    #[inline]
    pub fn value<V: Fixed<T>>(&mut self) -> V {
        V::read(self)
    }

    /// The next array of any size, or number, of this shape.
    #[cfg(feature = "ndarray")]
    #[inline]
    pub fn shaped<S: Shaped<'x, T>>(&mut self, shape: &S) -> S::Value {
        shape.read(self)
    }

    #[inline]
    fn take(&mut self, count: usize) -> &'x [T] {
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        taken
    }
}

/// Writes a vector from its beginning on.
pub struct Writer<'x, T> {
    target: &'x mut [T],
    filled: usize,
}

impl<'x, T: Real> Writer<'x, T> {
    /// At the beginning of a vector that has to have this many entries.
    #[inline]
    #[track_caller]
    pub fn new(target: &'x mut [T], length: usize) -> Writer<'x, T> {
        of_length(length, target.len());
        Writer { target, filled: 0 }
    }

    /// The next value, all of its entries.
    #[inline]
    pub fn put(&mut self, value: &impl Entries<T>) {
        value.write(self);
    }

    #[inline]
    fn entry(&mut self, entry: T) {
        self.target[self.filled] = entry;
        self.filled += 1;
    }
}

/// What has entries.
pub trait Entries<T: Real> {
    /// Writes all of them.
    fn write(&self, to: &mut Writer<'_, T>);
}

/// What has as many entries as its type says.
pub trait Fixed<T: Real>: Sized {
    /// Reads all of them.
    fn read(from: &mut Reader<'_, T>) -> Self;
}

impl<T: Real> Entries<T> for T {
    #[inline]
    fn write(&self, to: &mut Writer<'_, T>) {
        to.entry(*self);
    }
}

impl<T: Real, V: Entries<T>, const N: usize> Entries<T> for [V; N] {
    #[inline]
    fn write(&self, to: &mut Writer<'_, T>) {
        self.iter().for_each(|value| value.write(to));
    }
}

impl<T: Real> Fixed<T> for T {
    #[inline]
    fn read(from: &mut Reader<'_, T>) -> T {
        from.take(1)[0]
    }
}

impl<T: Real, V: Fixed<T>, const N: usize> Fixed<T> for [V; N] {
    #[inline]
    fn read(from: &mut Reader<'_, T>) -> [V; N] {
        core::array::from_fn(|_| V::read(from))
    }
}

#[cfg(feature = "ndarray")]
pub use any_size::Shaped;

#[cfg(feature = "ndarray")]
mod any_size {
    use ndarray::{Array, ArrayView, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6};

    use super::{Entries, Reader, Writer};
    use crate::Real;
    use crate::operand::Element;

    /// The shape of a value, as a problem of arrays keeps it.
    pub trait Shaped<'x, T: Real> {
        /// What is read: a number as it is, an array as a view of the vector.
        type Value;

        /// Reads all entries.
        fn read(&self, from: &mut Reader<'x, T>) -> Self::Value;
    }

    impl<'x, T: Element> Shaped<'x, T> for Ix0 {
        type Value = T;

        fn read(&self, from: &mut Reader<'x, T>) -> T {
            from.value()
        }
    }

    macro_rules! of_axes {
        ($($shape:ident)*) => {$(
            impl<'x, T: Element + 'x> Shaped<'x, T> for $shape {
                type Value = ArrayView<'x, T, $shape>;

                fn read(&self, from: &mut Reader<'x, T>) -> Self::Value {
                    match ArrayView::from_shape(*self, from.take(self.size())) {
                        Ok(view) => view,
                        Err(error) => unreachable!("there are as many entries as the shape says: {error}"),
                    }
                }
            }
        )*};
    }
    of_axes! { Ix1 Ix2 Ix3 Ix4 Ix5 Ix6 }

    impl<T: Element, D: Dimension> Entries<T> for Array<T, D> {
        fn write(&self, to: &mut Writer<'_, T>) {
            self.iter().for_each(|entry| to.entry(*entry));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_round() {
        let vector: [f64; 7] = core::array::from_fn(|at| at as f64);
        let mut from = Reader::new(&vector, 7);
        let (number, array) = (from.value::<f64>(), from.value::<[[f64; 3]; 2]>());
        assert_eq!((number, array), (0.0, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
        let mut written = [0.0; 7];
        let mut to = Writer::new(&mut written, 7);
        to.put(&number);
        to.put(&array);
        assert_eq!(written, vector);
    }

    #[test]
    #[should_panic(expected = "expects a vector of 2 here, and was given one of 3")]
    fn a_length_is_checked_before_anything_is_read() {
        let _ = Reader::new(&[1.0, 2.0, 3.0], 2);
    }

    #[cfg(feature = "ndarray")]
    #[test]
    fn arrays_are_read_in_place() {
        use ndarray::{Ix0, Ix2, array};

        let vector = [1.0, 2.0, 3.0, 4.0, 5.0];
        let mut from = Reader::new(&vector, 5);
        let view = from.shaped(&Ix2(2, 2));
        assert_eq!(
            (view.as_ptr(), view),
            (vector.as_ptr(), array![[1.0, 2.0], [3.0, 4.0]].view())
        );
        assert_eq!(from.shaped(&Ix0()), 5.0);
        let mut written = [0.0; 4];
        Writer::new(&mut written, 4).put(&view.t().to_owned());
        assert_eq!(written, [1.0, 3.0, 2.0, 4.0]);
    }
}
