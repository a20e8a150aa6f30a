//! The distribution function of the standard normal, and what is made of it.
//!
//! Invariant: in the argument of the error function, the quotient and what it lost add up to `x/√2` to twice the precision, wherever
//! neither overflows.

mod quantile;
mod tail;

pub use quantile::{erfinv, normal_quantile};
pub use tail::{inverse_mills, inverse_mills_gap, normal_ln_cdf};

use crate::Real;

/// 1/√2 in a number type: the nearest number, and what that lacks.
struct Root {
    nearest: f64,
    rest: f64,
}

const SINGLE: Root = Root {
    nearest: 0.707_106_769_084_930_4,
    rest: 1.210_161_710_447_897e-8,
};

const DOUBLE: Root = Root {
    nearest: core::f64::consts::FRAC_1_SQRT_2,
    rest: -4.833_646_656_726_457e-17,
};

/// See [`Real::normal_cdf`].
///
/// Far out the rounding of `x/√2` counts some `x²` times, so what it loses is put right to first order.
#[inline(always)]
pub fn normal_cdf<T: Real>(x: T) -> T {
    let (far, lost) = over_root_of_two(-x);
    let tail = far.erfc() * T::of(0.5);
    // -erfc'/erfc, within a tenth.
    let decline = far + (far * far + T::of(1.6)).sqrt();
    let mended = tail - tail * decline * lost;
    let is_tail = far.greater(T::of(0.0)) & far.less(T::of(40.0));
    T::select(is_tail, mended, tail)
}

/// See [`Real::gelu`].
#[inline(always)]
pub fn gelu<T: Real>(x: T) -> T {
    x * x.normal_cdf()
}

/// `x/√2` rounded, and the rest of it.
#[inline(always)]
fn over_root_of_two<T: Real>(x: T) -> (T, T) {
    let root = if T::IS_SINGLE { SINGLE } else { DOUBLE };
    let (product, lost) = x.exact_product(T::of(root.nearest));
    (product, lost + x * T::of(root.rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Number;

    /// Φ by arithmetic of 40 digits, rounded.
    const TAILS: [(f64, f64); 6] = [
        (-3.0, 1.349_898_031_630_094_5e-3),
        (-8.0, 6.220_960_574_271_784e-16),
        (-12.5, 3.732_564_298_877_714e-36),
        (-20.0, 2.753_624_118_606_233_7e-89),
        (-30.0, 4.906_713_927_148_187e-198),
        (-37.0, 5.725_571_222_524_576e-300),
    ];

    #[test]
    fn tails_keep_their_digits() {
        for (x, exact) in TAILS {
            let found = x.normal_cdf();
            assert!(
                (found / exact - 1.0).abs() < 8.0 * f64::EPSILON,
                "{x}: {found:e}"
            );
            if x > -13.0 {
                let found = f64::from((x as f32).normal_cdf());
                assert!(
                    (found / exact - 1.0).abs() < 8.0 * f64::from(f32::EPSILON),
                    "{x}: {found:e}"
                );
            }
        }
    }

    #[test]
    fn values_of_the_rest() {
        assert_eq!(0.0_f64.normal_cdf(), 0.5);
        assert_eq!(f64::INFINITY.normal_cdf(), 1.0);
        assert_eq!(f64::NEG_INFINITY.normal_cdf(), 0.0);
        assert_eq!((-1e300_f64).normal_cdf(), 0.0);
        assert!(Number::is_nan(f64::NAN.normal_cdf()));
    }
}
