//! The inverses of the error function and of the normal distribution function, number by number, as `f64`.
//!
//! Around the middle it is the inverse of erf; in a tail, whose probability is exact on either side, that of ln Φ, and last of Φ
//! itself. Both by Halley's and Newton's methods from a first guess. Invariant: right to 3 units in the last place.

use super::{inverse_mills, inverse_mills_gap, normal_cdf, normal_ln_cdf};
use crate::Real;

/// See [`Real::erfinv`].
#[inline(always)]
pub fn erfinv<T: Real>(x: T) -> T {
    let [y] = T::lane_by_lane([x], |[x]| [erfinv_of_number(x)]);
    y
}

/// See [`Real::normal_quantile`].
#[inline(always)]
pub fn normal_quantile<T: Real>(p: T) -> T {
    let [y] = T::lane_by_lane([p], |[p]| [quantile_of_number(p)]);
    y
}

fn erfinv_of_number(x: f64) -> f64 {
    let size = x.abs();
    if size <= 0.5 {
        return of_small(x);
    }
    // Exact.
    let tail = (1.0 - size) * 0.5;
    let y = -of_tail(tail) * core::f64::consts::FRAC_1_SQRT_2;
    if x < 0.0 { -y } else { y }
}

fn quantile_of_number(p: f64) -> f64 {
    if p < 0.25 {
        of_tail(p)
    } else if p > 0.75 {
        -of_tail(1.0 - p)
    } else {
        core::f64::consts::SQRT_2 * of_small(2.0 * p - 1.0)
    }
}

/// The inverse of erf up to 1/2, from the first terms of its series.
fn of_small(x: f64) -> f64 {
    let start = x * 0.886_226_925_452_758;
    let mut y = start + start * start * start / 3.0;
    for _ in 0..2 {
        let slope = core::f64::consts::FRAC_2_SQRT_PI * Real::exp(-y * y);
        let step = (Real::erf(y) - x) / slope;
        y -= step / (1.0 + y * step);
    }
    y
}

/// The quantile of a probability up to 1/4, from the first terms of its asymptotic series.
fn of_tail(p: f64) -> f64 {
    if p <= 0.0 {
        return if p == 0.0 {
            f64::NEG_INFINITY
        } else {
            f64::NAN
        };
    }
    let ln = Real::ln(p);
    let far = Real::sqrt(-2.0 * ln);
    let mut z = (Real::ln(far) + 0.919) / far - far;
    for _ in 0..3 {
        let (slope, gap) = (inverse_mills(z), inverse_mills_gap(z));
        let step = (normal_ln_cdf(z) - ln) / slope;
        // The second derivative is the slope times the gap, negative.
        z -= step / (1.0 + 0.5 * gap * step);
    }
    // What is subnormal has no digits for a ratio.
    if p > 1e-300 {
        z += (p / normal_cdf(z) - 1.0) / inverse_mills(z);
    }
    z
}
