//! Mathematical functions over slices, on vector lanes.

mod double;
pub(crate) mod error;
pub(crate) mod exponential;
pub(crate) mod inverse;
pub(crate) mod logarithm;
pub(crate) mod power;
mod precision;
pub(crate) mod trigonometry;

pub use precision::Precision;

use crate::lanes::{Kernel, batch};
use crate::{Number, Real};

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Panics
        ///
        /// If the slices differ in length.
        pub fn $name<T: Number>(input: &[T], output: &mut [T]) {
            struct Function;
            impl Kernel<1, 1> for Function {
                #[inline(always)]
                fn eval<R: Real>(&self, [x]: [R; 1]) -> [R; 1] {
                    [x.$name()]
                }
            }
            assert_eq!(input.len(), output.len(), "input and output have one length");
            batch::run(input.len(), [input], [output], &Function);
        }
    )*};
}

functions! {
    /// e to the power of each number.
    exp;
    /// 2 to the power of each number.
    exp2;
    /// `exp(x) - 1`.
    exp_m1;
    /// Natural logarithm.
    ln;
    /// `ln(1 + x)`.
    ln_1p;
    /// Logarithm to base 2.
    log2;
    /// Logarithm to base 10.
    log10;
    /// Sine.
    sin;
    /// Cosine.
    cos;
    /// Tangent.
    tan;
    /// Hyperbolic sine.
    sinh;
    /// Hyperbolic cosine.
    cosh;
    /// Hyperbolic tangent.
    tanh;
    /// Inverse hyperbolic sine.
    asinh;
    /// Inverse hyperbolic cosine.
    acosh;
    /// Inverse hyperbolic tangent.
    atanh;
    /// `1 / (1 + exp(-x))`.
    sigmoid;
    /// `ln(1 + exp(x))`.
    softplus;
    /// Cube root.
    cbrt;
    /// Square root.
    sqrt;
    /// Arc sine.
    asin;
    /// Arc cosine.
    acos;
    /// Arc tangent.
    atan;
    /// Error function.
    erf;
    /// Complement.
    erfc;
}

macro_rules! pairs {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Panics
        ///
        /// If the slices differ in length.
        pub fn $name<T: Number>(left: &[T], right: &[T], output: &mut [T]) {
            struct Function;
            impl Kernel<2, 1> for Function {
                #[inline(always)]
                fn eval<R: Real>(&self, [x, y]: [R; 2]) -> [R; 1] {
                    [x.$name(y)]
                }
            }
            assert_eq!(left.len(), output.len(), "inputs and output have one length");
            assert_eq!(right.len(), output.len(), "inputs and output have one length");
            batch::run(left.len(), [left, right], [output], &Function);
        }
    )*};
}

pairs! {
    /// Power.
    powf;
    /// Angle.
    atan2;
    /// Length.
    hypot;
    /// `ln(exp(x) + exp(y))`.
    logaddexp;
}
