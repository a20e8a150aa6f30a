//! What an inline graph takes from its surroundings, looked at where its name stands.
//!
//! Invariant: these traits change nothing. A value of the wrong type is met by another method of the same name, whose condition
//! does not hold, at the variable; what comes out of it may be anything, so that nothing else is wrong.

use crate::Real;

mod undeclared;

/// A captured value.
#[derive(Clone, Copy, Debug)]
pub struct Captured<V>(pub V);

/// A number, which an inline graph declares by its name alone.
pub trait OfNumber<T> {
    /// The number.
    fn number(&self) -> T;
}

impl<T: Real> OfNumber<T> for &&Captured<T> {
    #[inline]
    fn number(&self) -> T {
        self.0
    }
}

/// What is no number.
pub trait OfNoNumber<V> {
    /// Nothing, and an error.
    fn number<R>(&self) -> R
    where
        V: Real;
}

impl<V> OfNoNumber<V> for Captured<V> {
    fn number<R>(&self) -> R
    where
        V: Real,
    {
        unreachable!("a number is captured as one")
    }
}

/// Numbers, and arrays of arrays of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an array of numbers `graph!` can differentiate",
    label = "expected `f32` or `f64` as entries",
    note = "write `1.0` rather than `1`; an array of integers converts with `x.map(|i| i as f64)`"
)]
pub trait Entries: Copy {}

impl<T: Real> Entries for T {}

impl<E: Entries, const N: usize> Entries for [E; N] {}

/// An array of Rust's.
pub trait OfEntries<V> {
    /// The array.
    fn entries(&self) -> V;
}

impl<V: Entries> OfEntries<V> for &Captured<V> {
    #[inline]
    fn entries(&self) -> V {
        self.0
    }
}

/// An array of something else.
pub trait OfNoEntries<V> {
    /// Nothing, and an error.
    fn entries<R>(&self) -> R
    where
        V: Entries;
}

impl<V> OfNoEntries<V> for Captured<V> {
    fn entries<R>(&self) -> R
    where
        V: Entries,
    {
        unreachable!("an array of numbers is captured as one")
    }
}

/// The traits by which values are captured, without names that could be a user's.
pub mod ways {
    #[cfg(feature = "ndarray")]
    pub use super::arrays::{OfArray as _, OfNoArray as _};
    #[cfg(feature = "ndarray")]
    pub use super::undeclared::OfNdarray as _;
    pub use super::undeclared::{OfMatrix as _, OfReference as _, OfRow as _, OfSlice as _};
    pub use super::{OfEntries as _, OfNoEntries as _, OfNoNumber as _, OfNumber as _};
}

#[cfg(feature = "ndarray")]
pub use arrays::borrowed;

/// Arrays of any size.
#[cfg(feature = "ndarray")]
mod arrays {
    use ndarray::{ArrayRef, Dimension};

    use super::Captured;
    use crate::Element;

    /// The array itself, of whatever kind it is.
    #[inline]
    pub fn borrowed<T, D: Dimension>(array: &ArrayRef<T, D>) -> &ArrayRef<T, D> {
        array
    }

    /// An array of numbers.
    pub trait OfArray<'a, T, D> {
        /// The array.
        fn array(&self) -> &'a ArrayRef<T, D>;
    }

    impl<'a, T: Element, D> OfArray<'a, T, D> for &Captured<&'a ArrayRef<T, D>> {
        #[inline]
        fn array(&self) -> &'a ArrayRef<T, D> {
            self.0
        }
    }

    /// An array of something else.
    pub trait OfNoArray<T, D> {
        /// Nothing, and an error.
        fn array<R>(&self) -> R
        where
            T: Element;
    }

    impl<T, D> OfNoArray<T, D> for Captured<&ArrayRef<T, D>> {
        fn array<R>(&self) -> R
        where
            T: Element,
        {
            unreachable!("an array of numbers is captured as one")
        }
    }
}
