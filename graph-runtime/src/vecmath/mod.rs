//! Mathematical functions over slices, on vector lanes.
//!
//! ```
//! use graph_runtime::vecmath;
//!
//! let x = [0.0, 0.5, 1.0, -3.0, 700.0];
//! let mut y = [0.0; 5];
//! vecmath::tanh(&x, &mut y);
//! assert_eq!((y[0], y[4]), (0.0, 1.0));
//! assert!((y[1] - 0.5_f64.tanh()).abs() < 1e-16);
//! ```
//!
//! Each function takes slices of `f32` or of `f64`, of any length, and runs on the widest vectors of the processor, found
//! out when the program runs: AVX-512, AVX2 with FMA, or SSE2 on x86-64. A build needs no flags for it. The same
//! functions are the methods of [`Real`] on the lanes in which graphs over arrays, and batches, are computed.
//!
//! A number's result does not depend on its place in a slice, nor on the slice's length or alignment. It depends on
//! the processor only in whether products are fused.
//!
//! # Accuracy and speed
//!
//! At the corners (zeros of either sign, infinities, NaN, subnormal numbers, the limits of overflow) results are those of
//! the functions on single numbers. Where a formula does not reach, that very function is called for the number
//! concerned, which is then as slow as it is: logarithms and powers of what is not positive and normal, and sines,
//! cosines and tangents of angles beyond 10⁹ (`f64`) or 10⁵ (`f32`); without fused products beyond 1.6 × 10⁶ and 1600.

mod double;
pub(crate) mod error;
pub(crate) mod exponential;
pub(crate) mod inverse;
pub(crate) mod logarithm;
pub(crate) mod power;
mod precision;
#[cfg(test)]
mod tests;
pub(crate) mod trigonometry;

pub use precision::Precision;

use crate::lanes::{Kernel, batch};
use crate::{Number, Real};

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Panics
            ///
            /// If the slices differ in length.
            pub fn $name<T: Number>(x: &[T], y: &mut [T]) {
                assert_eq!(x.len(), y.len(), "as many results as numbers");
                batch::run_on_one_core(x.len(), [x], [y], &kernels::$name);
            }
        )*

        /// The functions as kernels, each named as its function is.
        #[allow(non_camel_case_types)]
        pub(crate) mod kernels {
            use super::{Kernel, Real};
            $(
                pub struct $name;

                impl Kernel<1, 1> for $name {
                    #[inline(always)]
                    fn eval<T: Real>(&self, [x]: [T; 1]) -> [T; 1] {
                        [x.$name()]
                    }
                }
            )*
        }
    };
}

functions! {
    /// e to the power of each number.
    exp;
    /// 2 to the power of each number.
    exp2;
    /// `exp(x) - 1`, accurate near 0.
    exp_m1;
    /// Natural logarithms.
    ln;
    /// `ln(1 + x)`, accurate near 0.
    ln_1p;
    /// Logarithms to base 2.
    log2;
    /// Logarithms to base 10.
    log10;
    /// Square roots.
    sqrt;
    /// Cube roots, of negative numbers too.
    cbrt;
    /// Sines, of angles in radians.
    sin;
    /// Cosines, of angles in radians.
    cos;
    /// Tangents, of angles in radians.
    tan;
    /// Arc sines, in [-π/2, π/2].
    asin;
    /// Arc cosines, in [0, π].
    acos;
    /// Arc tangents, in [-π/2, π/2].
    atan;
    /// Hyperbolic sines.
    sinh;
    /// Hyperbolic cosines.
    cosh;
    /// Hyperbolic tangents.
    tanh;
    /// Inverse hyperbolic sines.
    asinh;
    /// Inverse hyperbolic cosines.
    acosh;
    /// Inverse hyperbolic tangents.
    atanh;
    /// Error functions.
    erf;
    /// `1 - erf(x)`, accurate where that is small.
    erfc;
    /// `1 / (1 + exp(-x))`.
    sigmoid;
    /// `ln(1 + exp(x))`.
    softplus;
}

macro_rules! functions_of_two {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Panics
            ///
            /// If the slices differ in length.
            pub fn $name<T: Number>(a: &[T], b: &[T], y: &mut [T]) {
                assert_eq!(a.len(), b.len(), "as many numbers on either side");
                assert_eq!(a.len(), y.len(), "as many results as numbers");
                batch::run_on_one_core(a.len(), [a, b], [y], &kernels_of_two::$name);
            }
        )*

        /// The functions of two numbers, likewise.
        #[allow(non_camel_case_types)]
        pub(crate) mod kernels_of_two {
            use super::{Kernel, Real};
            $(
                pub struct $name;

                impl Kernel<2, 1> for $name {
                    #[inline(always)]
                    fn eval<T: Real>(&self, [a, b]: [T; 2]) -> [T; 1] {
                        [a.$name(b)]
                    }
                }
            )*
        }
    };
}

functions_of_two! {
    /// Each `a` to the power of its `b`.
    powf;
    /// The angles of the points (`b`, `a`), in [-π, π].
    atan2;
    /// `√(a² + b²)`.
    hypot;
    /// `ln(exp(a) + exp(b))`.
    logaddexp;
}
