//! What holds numbers, and is captured where one number is expected: an array without a declared shape, or a reference.
//!
//! Invariant: each of these stands between a number and whatever else there is, and no type is met by two of them, so that there
//! is one thing to say. What it says is a condition that nothing of this kind fulfils.

use super::Captured;
use crate::Real;

/// A number behind a reference.
pub trait OfReference<V> {
    /// Nothing, and an error.
    fn number<R>(&self) -> R
    where
        V: Dereferenced,
    {
        unreachable!("a number is captured as one")
    }
}

impl<V: Real> OfReference<&V> for &Captured<&V> {}

/// No reference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a reference, and a graph computes with the number itself",
    label = "a reference",
    note = "write `let v = *v;` before the graph"
)]
pub trait Dereferenced {}

#[diagnostic::do_not_recommend]
impl Dereferenced for () {}

/// An array of Rust's with one axis.
pub trait OfRow<V, const N: usize> {
    /// Nothing, and an error.
    fn number<R>(&self) -> R
    where
        V: Row<N>,
    {
        unreachable!("a number is captured as one")
    }
}

impl<E: Real, const N: usize> OfRow<[E; N], N> for &Captured<[E; N]> {}

impl<E: Real, const N: usize> OfRow<&[E; N], N> for &Captured<&[E; N]> {}

/// A declared shape.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is an array, and its shape is not declared",
    label = "an array",
    note = "declare its shape first in the graph: `x: [{N}];`"
)]
pub trait Row<const N: usize> {}

#[diagnostic::do_not_recommend]
impl Row<0> for () {}

/// An array of Rust's with two axes.
pub trait OfMatrix<V, const N: usize, const M: usize> {
    /// Nothing, and an error.
    fn number<R>(&self) -> R
    where
        V: Matrix<N, M>,
    {
        unreachable!("a number is captured as one")
    }
}

impl<E: Real, const N: usize, const M: usize> OfMatrix<[[E; M]; N], N, M>
    for &Captured<[[E; M]; N]>
{
}

impl<E: Real, const N: usize, const M: usize> OfMatrix<&[[E; M]; N], N, M>
    for &Captured<&[[E; M]; N]>
{
}

/// A declared shape.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is an array, and its shape is not declared",
    label = "an array",
    note = "declare its shape first in the graph: `x: [{N}, {M}];`"
)]
pub trait Matrix<const N: usize, const M: usize> {}

#[diagnostic::do_not_recommend]
impl Matrix<0, 0> for () {}

/// Numbers whose count is known at run time.
pub trait OfSlice<V> {
    /// Nothing, and an error.
    fn number<R>(&self) -> R
    where
        V: View,
    {
        unreachable!("a number is captured as one")
    }
}

impl<E> OfSlice<&[E]> for &Captured<&[E]> {}

#[cfg(feature = "std")]
impl<E> OfSlice<std::vec::Vec<E>> for &Captured<std::vec::Vec<E>> {}

#[cfg(feature = "std")]
impl<E> OfSlice<&std::vec::Vec<E>> for &Captured<&std::vec::Vec<E>> {}

/// An array of any size.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number, and arrays of any size are those of `ndarray`",
    label = "a list of numbers",
    note = "write `let x = ArrayView1::from(&x[..]);` before the graph, and declare the shape first in it: `x: [n];`"
)]
pub trait View {}

#[diagnostic::do_not_recommend]
impl View for () {}

#[cfg(feature = "ndarray")]
pub use arrays::OfNdarray;

/// Arrays of any size.
#[cfg(feature = "ndarray")]
mod arrays {
    use ndarray::{ArrayBase, RawData};

    use super::Captured;

    /// An array of any size.
    pub trait OfNdarray<V> {
        /// Nothing, and an error.
        fn number<R>(&self) -> R
        where
            V: Axes,
        {
            unreachable!("a number is captured as one")
        }
    }

    impl<T, S: RawData<Elem = T>, D> OfNdarray<ArrayBase<S, D>> for &Captured<ArrayBase<S, D>> {}

    impl<T, S: RawData<Elem = T>, D> OfNdarray<&ArrayBase<S, D>> for &Captured<&ArrayBase<S, D>> {}

    /// A declared shape.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is an array, and its shape is not declared",
        label = "an array",
        note = "declare its shape first in the graph: `x: [n];` for one axis, `x: [n, m];` for two"
    )]
    pub trait Axes {}

    #[diagnostic::do_not_recommend]
    impl Axes for () {}
}
