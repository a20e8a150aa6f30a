//! Mathematical functions over slices, on vector lanes.

pub(crate) mod exponential;
pub(crate) mod logarithm;
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
}
