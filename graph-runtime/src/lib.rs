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
//! **The [guide]** has a page per topic: [getting started](guide::getting_started), [arrays](guide::arrays),
//! [language](guide::language), [solvers](guide::solvers), [troubleshooting](guide::troubleshooting), [when to use something else](guide::comparison), and
//! more. Every [operation](guide::operations) is listed with its derivative, and an [operation of your own](own_operation) can join.
//!
//! This is the one crate to depend on. It exports the macro and holds what generated code calls: the number type [`Real`], the
//! [activations](activation) as plain functions, and, for arrays of any size, `Affine` and `ShapeError`; the traits [`Objective`]
//! and [`Residuals`], by which solvers take a graph; `check`, which holds its derivatives against differences; and the optimisers
//! of [`optim`]. It knows no graphs: what the macro does is done at compile time.
//!
//! Graphs of numbers and of fixed arrays never allocate; those of arrays of any size can keep their memory from call to call: see
//! [memory](guide::memory).
//!
//! # Features
//!
//! - `std` (default): mathematical functions from the standard library. Without it the crate is
//!   `no_std`, allocates nothing, and takes them from `libm`.
//! - `ndarray` (default, needs `std`): graphs over arrays of any size.
//! - `argmin`: objectives as problems of the crate `argmin`, and with `nalgebra` over its vectors; see
//!   `solvers::argmin`.
//! - `levenberg-marquardt`: residuals as problems of the crate of that name; see
//!   `solvers::levenberg_marquardt`.
//! - `diffsol`: right sides of differential equations for solvers of the crate of that name; see
//!   `solvers::diffsol`.
//! - `nuts-rs`: log densities for the samplers of the crate of that name, and what their draws tell; see
//!   `solvers::nuts_rs`.
//! - `picture` (needs `std`): pictures of graphs with their values and gradients, as SVG, HTML, DOT or text, and the chain rule
//!   step by step: see `picture`. With `picture-png` also as PNG.
//! - `nalgebra`: solvers over its vectors.
//! - `rayon` (needs `std`): batches over all cores.
//! - `serde`: optimisers, and the arrays of structs of parameters, to be written down and read back by the crate `serde`.
//! - `safetensors` (needs `std`): structs of parameters in files: see `safetensors`.
//! - `libm`: mathematical functions from `libm` even beside `std`, so that every platform computes
//!   the same bits; arrays and batches are then computed without vector instructions. (The functions
//!   of `vecmath` keep theirs.)

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(unsafe_code)]

pub mod activation;
#[cfg(feature = "ndarray")]
pub mod affine;
mod bessel;
mod call;
mod capture;
#[cfg(feature = "std")]
pub mod check;
mod density;
mod double;
mod dual;
mod dynamics;
mod expansion;
#[cfg(feature = "ndarray")]
mod flat;
mod formulas;
mod functions;
mod gamma;
#[cfg(feature = "ndarray")]
mod gather;
// Its code needs every feature, so it is run only where all are on.
#[cfg(any(
    not(doctest),
    all(
        feature = "argmin",
        feature = "diffsol",
        feature = "levenberg-marquardt",
        feature = "nuts-rs",
        feature = "picture",
        feature = "safetensors",
        feature = "serde"
    )
))]
pub mod guide;
#[cfg(feature = "ndarray")]
mod kernel;
mod lambert;
#[cfg(feature = "std")]
mod lanes;
mod linear;
#[cfg(feature = "ndarray")]
mod loops;
#[cfg(feature = "ndarray")]
mod memory;
mod norm;
mod normal;
mod objective;
#[cfg(feature = "ndarray")]
mod operand;
pub mod optim;
#[doc = include_str!("../docs/own_operation.md")]
pub mod own_operation {}
#[cfg(feature = "picture")]
pub mod picture;
#[cfg(feature = "ndarray")]
mod products;
mod real;
pub mod record;
#[cfg(feature = "safetensors")]
pub mod safetensors;
#[cfg(feature = "std")]
mod shape;
#[cfg(feature = "std")]
pub mod slices;
#[cfg(any(
    feature = "argmin",
    feature = "diffsol",
    feature = "levenberg-marquardt",
    feature = "nuts-rs"
))]
pub mod solvers;
#[cfg(feature = "std")]
pub mod vecmath;
mod vector;

#[cfg(feature = "ndarray")]
pub use affine::Affine;
pub use density::{Density, Negative, SecondOrderDensity};
pub use dual::Dual;
pub use dynamics::Dynamics;
pub use expansion::Expansion;
#[cfg(feature = "std")]
pub use lanes::Kernel;
pub use objective::{Directional, Name, Objective, Parameters, Residuals, SecondOrder};
#[cfg(feature = "ndarray")]
pub use operand::Element;
pub use real::{Constant, Mask, Number, Real};
pub use record::Record;
#[cfg(feature = "std")]
pub use shape::ShapeError;

/// The release of `ndarray` whose arrays graphs take and give: use it from here, and there is no second one.
#[cfg(feature = "ndarray")]
pub use ::ndarray;

/// The release of `nalgebra` whose vectors solvers take.
#[cfg(feature = "nalgebra")]
pub use ::nalgebra;

#[doc = include_str!("../docs/graph.md")]
#[doc = include_str!("../docs/guide/language.md")]
#[cfg(feature = "ndarray")]
#[macro_export]
macro_rules! graph {
    ($($tokens:tt)*) => {
        $crate::__private::graph! { ($crate) $($tokens)* }
    };
}

#[doc = include_str!("../docs/graph.md")]
#[doc = include_str!("../docs/guide/language.md")]
///
/// # Without `ndarray`
///
/// Without the feature `ndarray`, which the sign behind the path tells the compiler, arrays are fixed arrays only.
#[cfg(all(feature = "std", not(feature = "ndarray")))]
#[macro_export]
macro_rules! graph {
    ($($tokens:tt)*) => {
        $crate::__private::graph! { ($crate !) $($tokens)* }
    };
}

/// Turns maths into forward and backward code.
///
/// Without the feature `std`, which the second sign behind the path tells the compiler, nothing allocates.
#[cfg(not(feature = "std"))]
#[macro_export]
macro_rules! graph {
    ($($tokens:tt)*) => {
        $crate::__private::graph! { ($crate !!) $($tokens)* }
    };
}

/// Items that need the standard library, where there is one.
#[cfg(feature = "std")]
#[doc(hidden)]
#[macro_export]
macro_rules! __std_only {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Items that need the standard library, where there is none.
#[cfg(not(feature = "std"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __std_only {
    ($($tokens:tt)*) => {};
}

/// What [`graph!`] makes of a program, to read: an [`Expansion`], whose text is made at compile time.
///
/// It takes what [`graph!`] takes and needs no other tool. The text is the code that rustc gets, one statement a line, with the
/// names of the program. Attributes and documentation are left out, and so are the ways into this crate and the core library, as
/// if their items had been imported.
///
/// ```
/// use graph_runtime::expansion;
///
/// let code = expansion! { fn square(x, y) -> z { z = (x + y)^2; } };
/// assert_eq!(code.get("forward").unwrap(), "\
/// pub fn forward<T: Real>(x: T, y: T) -> Forward<T> {
///     let t1 = x + y;
///     let z = t1 * t1;
///     Forward { t1, z }
/// }");
/// assert_eq!(code.get("backward").unwrap(), "\
/// impl<T: Real> Forward<T> {
///     pub fn backward(&self, d_z: T) -> Grad<T> {
///         let t1 = self.t1;
///         let t2 = T::of(2.0) * t1;
///         let d_x = d_z * t2;
///         Grad { x: d_x, y: d_x }
///     }
/// }");
/// ```
#[macro_export]
macro_rules! expansion {
    ($($tokens:tt)*) => {
        $crate::__private::expansion! { ($crate) $($tokens)* }
    };
}

/// What generated code calls. No part of the public interface: it may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use ::core;
    #[cfg(not(feature = "picture"))]
    pub use graph_macros::graph;
    #[cfg(feature = "picture")]
    pub use graph_macros::graph_with_pictures as graph;
    pub use graph_macros::{__each_rule, expansion};

    use crate::Constant;

    /// A `{ constant }` of the surrounding code.
    #[inline]
    pub fn constant(value: impl Constant) -> f64 {
        value.to_f64()
    }

    /// A part of a long body, as a function of its own.
    #[inline(never)]
    pub fn part<R>(steps: impl FnOnce() -> R) -> R {
        steps()
    }

    pub use crate::call::{
        AdjointOf, Gate, GivesNumber, GivesResult, Held, Is, NoPositions, NoVjp, OfOneType,
        Pullback, Unknown, ValueOf, asked_for, beside, pullback,
    };
    #[cfg(feature = "ndarray")]
    pub use crate::capture::borrowed;
    pub use crate::capture::{Captured, ways as captures};
    #[cfg(feature = "ndarray")]
    pub use crate::dual::arrays::moving_array;
    pub use crate::dual::{moving, tangent, value};
    pub use crate::norm::norm;
    pub use crate::objective::of_length;
    #[cfg(feature = "std")]
    pub use crate::record::zero_labels;
    #[cfg(feature = "ndarray")]
    pub use crate::record::{empty, from_fixed, record_array, record_array_mut, to_fixed};
    pub use crate::record::{record_slice, record_slice_mut};
    pub use crate::vector::{Reader, Writer};

    #[cfg(feature = "ndarray")]
    pub use crate::call::{ResultOf, TryPullback};
    #[cfg(feature = "ndarray")]
    pub use crate::flat::{
        Cases, Partials, along, checked, from_entries, inner, pack, symmetric, width,
    };
    #[cfg(feature = "ndarray")]
    pub use crate::gather::{at_label, gather, reverse, scatter};
    #[cfg(feature = "ndarray")]
    pub use crate::kernel::{
        Combine, add, array, collect, copy, entries, entries_of, full, is_at_one, map, others,
        place, reduced, reduced_number, refill, reshaped, run, side_by_side,
    };
    pub use crate::linear::eigh_of_numbers;
    #[cfg(feature = "ndarray")]
    pub use crate::linear::{
        cholesky, eigh, lu, lu_solve, lu_solve_turned, solve_lower, solve_upper,
    };
    #[cfg(feature = "ndarray")]
    pub use crate::loops::short::{Read, sweep};
    #[cfg(feature = "ndarray")]
    pub use crate::memory::{
        Buffer, Kept, KeptLabels, block, blocks, give, kept, kept_labels, own, own_labels, take,
        write,
    };
    #[cfg(feature = "ndarray")]
    pub use crate::operand::{Operand, matmul, owned, readable, strong_matmul};
    #[cfg(feature = "ndarray")]
    pub use ndarray;
    #[cfg(feature = "std")]
    pub use std::vec::Vec;

    #[cfg(feature = "picture")]
    pub use crate::picture::describe as picture;
    /// The extents of an array: a function, since a method might be another trait's.
    #[cfg(feature = "ndarray")]
    pub fn shape<A, D: ndarray::Dimension>(array: &ndarray::ArrayRef<A, D>) -> &[usize] {
        array.shape()
    }

    #[cfg(feature = "std")]
    pub use crate::lanes::batch;
    #[cfg(feature = "_lanes")]
    pub use crate::lanes::forced;
    #[cfg(feature = "std")]
    pub use crate::shape::{
        Extent, bind, check, check_alike, check_at_least, check_count, check_labels, check_least,
    };
}

/// The README's code blocks, compiled and run.
#[cfg(all(doctest, feature = "ndarray", feature = "picture"))]
#[doc = include_str!("../../README.md")]
struct Readme;
