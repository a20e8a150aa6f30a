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
//! The largest error found, in units of the last place (ulp) of the correctly rounded result, and nanoseconds an element,
//! beside the same functions on single numbers (the standard library's or `libm`'s). The errors are the worst of all
//! instruction sets over the whole range of arguments; that of [`logaddexp`] holds where the result is at least as large
//! as the arguments. The times are those of one core of an AMD EPYC with AVX-512 over slices in the first cache, by
//! `cargo bench -p graph-runtime --bench vecmath`; with AVX2 alone all take about twice as long.
//!
//! | | ulp, `f32` | `f64` | ns, `f32` | `f64` | one by one, `f32` | `f64` |
//! |---|---|---|---|---|---|---|
//! | [`exp`] | 1.0 | 1.0 | 0.10 | 0.29 | 1.3 | 2.5 |
//! | [`exp2`] | 1.1 | 1.1 | 0.09 | 0.24 | 1.2 | 1.7 |
//! | [`exp_m1`] | 1.5 | 1.6 | 0.14 | 0.39 | 6.4 | 4.7 |
//! | [`ln`] | 0.9 | 0.9 | 0.15 | 0.37 | 1.4 | 2.1 |
//! | [`ln_1p`] | 1.4 | 1.3 | 0.22 | 0.54 | 5.0 | 4.2 |
//! | [`log2`] | 1.8 | 1.8 | 0.14 | 0.36 | 1.4 | 2.4 |
//! | [`log10`] | 1.9 | 1.9 | 0.15 | 0.38 | 3.4 | 5.4 |
//! | [`sqrt`] | 0.5 | 0.5 | 0.07 | 0.22 | 0.26 | 0.87 |
//! | [`cbrt`] | 0.6 | 0.6 | 0.54 | 1.0 | 2.9 | 12.9 |
//! | [`sin`] | 1.8 | 1.8 | 0.12 | 0.35 | 1.7 | 7.8 |
//! | [`cos`] | 1.8 | 1.8 | 0.14 | 0.40 | 1.7 | 7.8 |
//! | [`tan`] | 1.6 | 1.7 | 0.30 | 0.75 | 8.3 | 12.2 |
//! | [`asin`] | 2.0 | 2.0 | 0.13 | 0.43 | 2.5 | 2.9 |
//! | [`acos`] | 1.2 | 1.2 | 0.14 | 0.44 | 3.2 | 3.1 |
//! | [`atan`] | 1.9 | 1.9 | 0.16 | 0.46 | 4.1 | 7.1 |
//! | [`atan2`] | 2.0 | 1.6 | 0.23 | 0.60 | 7.4 | 8.9 |
//! | [`sinh`] | 1.4 | 1.7 | 0.22 | 0.50 | 11.5 | 11.1 |
//! | [`cosh`] | 1.8 | 1.6 | 0.18 | 0.47 | 3.7 | 3.6 |
//! | [`tanh`] | 1.5 | 1.5 | 0.19 | 0.51 | 8.3 | 7.1 |
//! | [`asinh`] | 1.8 | 1.8 | 0.46 | 1.3 | 15.1 | 18.5 |
//! | [`acosh`] | 2.1 | 2.0 | 0.41 | 1.1 | 11.8 | 18.4 |
//! | [`atanh`] | 2.6 | 2.5 | 0.21 | 0.55 | 5.7 | 9.4 |
//! | [`erf`] | 2.2 | 2.2 | 0.32 | 1.2 | 15.0 | 20.6 |
//! | [`erfc`] | 3.6 | 3.6 | 0.32 | 1.1 | 13.0 | 17.9 |
//! | [`powf`] | 1.0 | 1.0 | 0.81 | 1.7 | 3.0 | 7.8 |
//! | [`hypot`] | 1.2 | 1.2 | 0.10 | 0.25 | 2.0 | 2.8 |
//! | [`sigmoid`] | 2.3 | 2.2 | 0.14 | 0.36 | 1.4 | 2.7 |
//! | [`softplus`] | 1.9 | 1.8 | 0.27 | 0.94 | 6.4 | 6.4 |
//! | [`logaddexp`] | 1.8 | 1.6 | 0.32 | 1.0 | 4.4 | 4.4 |
//!
//! Beside glibc's own vector functions on the same machine, `exp`, `ln`, `tanh`, `sigmoid` and `sin` take 0.3 to 0.65 of
//! their time with AVX-512, and with AVX2, which is the most that those use, 0.6 to 1.2. What costs time is that overflow,
//! subnormal results and the far ends of `sigmoid` are computed along without a branch; those functions leave them
//! to a slow path, and allow errors of 2 to 4 ulp.
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

use crate::lanes::{Kernel, Level, batch};
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
                batch::run_at(Level::detected(), x.len(), [x], [y], &kernels::$name);
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
                let level = Level::detected();
                batch::run_at(level, a.len(), [a, b], [y], &kernels_of_two::$name);
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
