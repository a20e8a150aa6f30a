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
//! the processor only in whether products are fused; with the feature `libm` not even in that, since the numbers then go one
//! by one through the functions of [`Real`] on single numbers.
//!
//! # Accuracy and speed
//!
//! The largest error found, in units of the last place (ulp) of the correctly rounded result, and nanoseconds per element,
//! beside the same functions on single numbers (the standard library's or `libm`'s). The errors are the worst of all
//! instruction sets over the whole range of arguments; that of [`logaddexp`] holds where the result is at least as large
//! as the arguments, and those of [`ln_gamma`] and [`digamma`] above 0: below, where their zeros are anywhere, they are off by no more
//! than 1.5 last places of the larger of the value, its mirror image at `1 - x`, and 1. The times are those of one core of an AMD EPYC with AVX-512 over slices in the first cache, by
//! `cargo bench -p graph-runtime --bench vecmath`; with AVX2 alone all take about twice as long.
//!
//! | | ulp, `f32` | `f64` | ns, `f32` | `f64` | one by one, `f32` | `f64` |
//! |---|---|---|---|---|---|---|
//! | [`exp`] | 1.0 | 1.0 | 0.10 | 0.29 | 1.2 | 2.5 |
//! | [`exp2`] | 1.1 | 1.1 | 0.08 | 0.21 | 1.2 | 1.7 |
//! | [`exp_m1`] | 1.6 | 1.6 | 0.14 | 0.37 | 6.8 | 4.8 |
//! | [`ln`] | 0.9 | 1.0 | 0.12 | 0.32 | 1.5 | 2.3 |
//! | [`ln_1p`] | 1.5 | 1.5 | 0.19 | 0.48 | 5.2 | 4.3 |
//! | [`log2`] | 1.8 | 1.8 | 0.11 | 0.28 | 1.4 | 2.5 |
//! | [`log10`] | 2.0 | 1.9 | 0.14 | 0.36 | 3.3 | 5.2 |
//! | [`sqrt`] | 0.5 | 0.5 | 0.07 | 0.22 | 0.26 | 0.87 |
//! | [`cbrt`] | 0.6 | 0.6 | 0.54 | 1.0 | 2.9 | 12.9 |
//! | [`sin`] | 2.0 | 1.9 | 0.10 | 0.26 | 1.7 | 7.8 |
//! | [`cos`] | 2.0 | 1.8 | 0.12 | 0.31 | 1.8 | 8.0 |
//! | [`tan`] | 1.7 | 1.7 | 0.31 | 0.74 | 8.5 | 8.1 |
//! | [`asin`] | 1.2 | 1.2 | 0.13 | 0.39 | 2.5 | 2.9 |
//! | [`acos`] | 1.2 | 1.2 | 0.14 | 0.42 | 3.3 | 3.0 |
//! | [`atan`] | 1.9 | 1.9 | 0.16 | 0.45 | 4.2 | 7.1 |
//! | [`atan2`] | 2.0 | 1.6 | 0.23 | 0.60 | 7.4 | 8.9 |
//! | [`sinh`] | 1.5 | 1.7 | 0.21 | 0.52 | 9.0 | 8.2 |
//! | [`cosh`] | 1.9 | 1.6 | 0.19 | 0.47 | 3.8 | 3.7 |
//! | [`tanh`] | 1.5 | 1.5 | 0.19 | 0.49 | 8.3 | 7.2 |
//! | [`asinh`] | 1.8 | 1.8 | 0.44 | 1.1 | 6.7 | 9.1 |
//! | [`acosh`] | 1.6 | 1.8 | 0.35 | 0.87 | 6.6 | 8.9 |
//! | [`atanh`] | 1.4 | 1.4 | 0.21 | 0.55 | 5.7 | 7.3 |
//! | [`erf`] | 1.9 | 2.3 | 0.33 | 1.1 | 11.2 | 14.1 |
//! | [`erfc`] | 3.7 | 4.1 | 0.33 | 1.1 | 11.1 | 14.2 |
//! | [`ln_gamma`] | 0.8 | 0.8 | 2.2 | 5.1 | 43 | 60 |
//! | [`digamma`] | 0.9 | 1.1 | 1.9 | 4.5 | 36 | 39 |
//! | [`powf`] | 1.0 | 1.0 | 0.81 | 1.7 | 3.0 | 7.8 |
//! | [`hypot`] | 1.2 | 1.2 | 0.10 | 0.25 | 2.0 | 2.8 |
//! | [`sigmoid`] | 1.9 | 1.9 | 0.14 | 0.38 | 1.5 | 2.6 |
//! | [`softplus`] | 2.0 | 1.8 | 0.27 | 0.95 | 6.6 | 6.6 |
//! | [`logaddexp`] | 1.8 | 1.6 | 0.32 | 1.0 | 4.4 | 4.4 |
//!
//! Beside these, [`floor`], [`ceil`] and [`round`] are exact, [`ln_1m_exp`] and [`logit`] are off by no more than 1.5, and
//! [`ln_beta`] and [`ln_choose`], whose zeros lie along lines, by 3.7 and 3.4 last places of the larger of the value and 1.
//!
//! Without fused products `erfc` of `f64` is off by the 4.1; with them by no more than 3.8.
//!
//! Beside glibc's own vector functions, which use AVX2 at most and allow errors of up to 4 ulp, `exp`, `ln`, `tanh`,
//! `sigmoid`, `sin` and `cos` take 0.3 to 0.6 of their time with AVX-512. With AVX2 the ratios, of medians over slices in the
//! cache, are for `f32` and `f64`: `exp` 0.75 and 0.89, `ln` 0.88 and 0.74, `tanh` 0.77 and 0.64, `sigmoid` 1.05 and 1.1,
//! `sin` 0.74 and 0.89, `cos` 0.88 and 1.02. In `sigmoid` a division waits for the long polynomial of `exp`; theirs of `f64`
//! takes a short one and a table, which lanes have no fast way to read. These take longer with AVX2: `atan` 1.15 and 1.09,
//! `sinh` 1.34 and 1.13, `cosh` of `f32` 1.28, `cbrt`, whose last step is exact, 1.3 and 1.7, `tan`, which reduces to two
//! parts and divides, 1.9 and 2.0, and `erf` and `erfc`, with two divisions and, for `f64`, 23 coefficients, 1.6 to 2.9.
//!
//! At the corners (zeros of either sign, infinities, NaN, subnormal numbers, the limits of overflow) results are those of
//! the functions on single numbers. Where a formula does not reach, that very function is called for the number
//! concerned, which is then as slow as it is: logarithms and powers of what is not positive and normal, [`acosh`] beyond
//! 10¹⁵⁰ (`f64`) or 10¹⁸ (`f32`), and sines, cosines and tangents of angles beyond 10⁹ (`f64`) or 10⁵ (`f32`); without
//! fused products beyond 1.6 × 10⁶ and 1600. [`exp`], [`exp2`] and [`sigmoid`] take somewhat longer for a vector in which a
//! result overflows or is subnormal.

pub(crate) mod error;
pub(crate) mod exponential;
pub(crate) mod inverse;
pub(crate) mod logarithm;
pub(crate) mod power;
mod precision;
pub(crate) mod rounding;
#[cfg(test)]
mod tests;
pub(crate) mod trigonometry;

pub use precision::Precision;

use crate::functions::each_function;
use crate::lanes::{Kernel, batch};
use crate::{Number, Real};

/// The functions over slices, and their kernels, by the rows of the list that have an error.
macro_rules! over_slices {
    ([] $(
        $(#[doc = $doc:literal])* $name:ident($($arg:ident),+) = $on:ident $($libm:ident)?, $lanes:ident, $error:tt, $($columns:tt),*;
    )*) => {
        $(over_slices! { @function $error $(#[doc = $doc])* $name($($arg)+) })*

        /// The functions as kernels, each named as its function is.
        #[allow(non_camel_case_types)]
        pub(crate) mod kernels {
            use super::{Kernel, Real};
            $(over_slices! { @kernel $error $name($($arg)+) })*
        }
    };
    (@function - $($function:tt)*) => {};
    (@function $error:tt $(#[doc = $doc:literal])* $name:ident($x:ident)) => {
        #[doc = concat!("Of each number:", $($doc),*)]
        ///
        /// # Panics
        ///
        /// If the slices differ in length.
        pub fn $name<T: Number>($x: &[T], results: &mut [T]) {
            assert_eq!($x.len(), results.len(), "as many results as numbers");
            batch::run_on_one_core($x.len(), [$x], [results], &kernels::$name);
        }
    };
    (@function $error:tt $(#[doc = $doc:literal])* $name:ident($a:ident $b:ident)) => {
        #[doc = concat!("Of each two numbers:", $($doc),*)]
        ///
        /// # Panics
        ///
        /// If the slices differ in length.
        pub fn $name<T: Number>($a: &[T], $b: &[T], results: &mut [T]) {
            assert_eq!($a.len(), $b.len(), "as many numbers on either side");
            assert_eq!($a.len(), results.len(), "as many results as numbers");
            batch::run_on_one_core($a.len(), [$a, $b], [results], &kernels::$name);
        }
    };
    (@kernel - $($function:tt)*) => {};
    (@kernel $error:tt $name:ident($x:ident)) => {
        pub struct $name;

        impl Kernel<1, 1> for $name {
            #[inline(always)]
            fn eval<T: Real>(&self, [$x]: [T; 1]) -> [T; 1] {
                [$x.$name()]
            }
        }
    };
    (@kernel $error:tt $name:ident($a:ident $b:ident)) => {
        pub struct $name;

        impl Kernel<2, 1> for $name {
            #[inline(always)]
            fn eval<T: Real>(&self, [$a, $b]: [T; 2]) -> [T; 1] {
                [$a.$name($b)]
            }
        }
    };
}

each_function!(over_slices);
