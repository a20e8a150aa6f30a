//! Gradients by [`graph!`]: write maths inline, get forward and backward code at compile time.
//!
//! ```
//! use graph_runtime::graph;
//!
//! let (x, y) = (1.0, 2.0);
//! let g = graph! { z = (x + y)^2 }; // the forward pass has run
//! assert_eq!(g.z, 9.0);
//! let d = g.backward(1.0); // the chain rule, seeded with ∂L/∂z = 1
//! assert_eq!((d.x, d.y), (6.0, 6.0));
//! ```
//!
//! This is the one crate to depend on. It exports the macro and holds what generated code calls:
//! the number type [`Real`], the [activations](activation) as plain functions, and, for arrays of
//! any size, `Affine` and `ShapeError`. It knows no graphs: what the macro does is done at
//! compile time.
//!
//! # Features
//!
//! - `std` (default): mathematical functions from the standard library. Without it the crate is
//!   `no_std`, allocates nothing, and takes them from `libm`.
//! - `ndarray` (default, needs `std`): graphs over arrays of any size.
//! - `libm`: mathematical functions from `libm` even beside `std`, so that every platform computes
//!   the same bits.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(unsafe_code)]

pub mod activation;
#[cfg(feature = "ndarray")]
pub mod affine;
#[cfg(feature = "ndarray")]
mod kernel;
#[cfg(feature = "ndarray")]
mod operand;
mod real;
#[cfg(feature = "std")]
mod shape;

#[cfg(feature = "ndarray")]
pub use affine::Affine;
#[cfg(feature = "ndarray")]
pub use kernel::Kernel;
#[cfg(feature = "ndarray")]
pub use operand::Element;
pub use real::{Constant, Mask, Number, Real};
#[cfg(feature = "std")]
pub use shape::ShapeError;

/// Turns maths into forward and backward code.
#[macro_export]
macro_rules! graph {
    ($($tokens:tt)*) => {
        $crate::__private::graph! { ($crate) $($tokens)* }
    };
}

/// What generated code calls. No part of the public interface: it may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use ::core;
    pub use graph_macros::{__each_rule, graph};

    use crate::Constant;

    /// A `{ constant }` of the surrounding code.
    #[inline]
    pub fn constant(value: impl Constant) -> f64 {
        value.to_f64()
    }

    /// Stands where a called graph holds an argument constant, so that there is no adjoint to use.
    #[derive(Clone, Copy, Debug)]
    pub struct Held;

    #[cfg(feature = "ndarray")]
    pub use crate::kernel::{Combine, array, collect, full, place, reduced, reduced_number, run};
    #[cfg(feature = "ndarray")]
    pub use crate::operand::{Operand, entry, matmul, owned};
    #[cfg(feature = "ndarray")]
    pub use ndarray;

    /// The extents of an array: a function, since a method might be another trait's.
    #[cfg(feature = "ndarray")]
    pub fn shape<A, D: ndarray::Dimension>(array: &ndarray::ArrayRef<A, D>) -> &[usize] {
        array.shape()
    }

    #[cfg(feature = "std")]
    pub use crate::shape::{Extent, bind, check, check_alike, check_at_least, check_labels};
}

/// The README's code blocks, compiled and run.
#[cfg(all(doctest, feature = "ndarray"))]
#[doc = include_str!("../../README.md")]
struct Readme;
