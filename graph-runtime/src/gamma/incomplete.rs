//! The regularised incomplete gamma functions and the gamma density, number by number, as `f64`.
//!
//! Up to about the mean P is a series of positive terms (DLMF 8.7.1), above it Q a continued fraction (8.9.2), each times a density whose
//! exponent is kept in two parts. For small a and x next to 0 Q is a sum of its own, since P is next to 1; for large a both are Temme's
//! uniform expansion (8.12). Invariant: of P and Q the smaller is computed and the other is what is left of 1, so each is right to
//! 20 units in the last place.

use super::beta_inc::depth;
use super::ln_gamma::{ln_gamma_in_two_parts, ln_gamma_of_next, stirling_series};
use crate::Real;
use crate::double::Double;
use crate::normal::inverse_mills;

/// From here on the expansion for large a has all digits.
const LARGE: f64 = 1e5;
/// From here on Stirling's formula has, in the density.
const STIRLING: f64 = 20.0;

/// See [`Real::gamma_p`].
#[inline(always)]
pub fn gamma_p<T: Real>(a: T, x: T) -> T {
    let [p] = T::lane_by_lane([a, x], |[a, x]| [both(a, x)[0]]);
    p
}

/// See [`Real::gamma_q`].
#[inline(always)]
pub fn gamma_q<T: Real>(a: T, x: T) -> T {
    let [q] = T::lane_by_lane([a, x], |[a, x]| [both(a, x)[1]]);
    q
}

/// See [`Real::gamma_density`].
#[inline(always)]
pub fn gamma_density<T: Real>(a: T, x: T) -> T {
    let [density] = T::lane_by_lane([a, x], |[a, x]| [density(a, x)]);
    density
}

/// P(a, x) and Q(a, x).
fn both(a: f64, x: f64) -> [f64; 2] {
    let infinity = f64::INFINITY;
    if !(a >= 0.0 && x >= 0.0) || a == 0.0 && x == 0.0 || a == infinity && x == infinity {
        return [f64::NAN; 2];
    }
    if a == 0.0 || x == infinity {
        return [1.0, 0.0];
    }
    if x == 0.0 || a == infinity {
        return [0.0, 1.0];
    }
    if a >= LARGE {
        return of_large(a, x);
    }
    if a < 1.0 && x < 1.1 {
        return [scaled_power(a, x) * series(a, x), q_of_small(a, x)];
    }
    if a >= 1.0 && x < a + 1.0 {
        let p = scaled_power(a, x) * series(a, x);
        return [p, 1.0 - p];
    }
    let q = scaled_power(a, x) * a * fraction(a, x);
    [1.0 - q, q]
}

/// Σ xᵏ / ((a + 1) … (a + k)).
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut at) = (1.0, 1.0, a);
    while term > 1e-17 * sum {
        at += 1.0;
        term *= x / at;
        sum += term;
    }
    sum
}

/// 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / …)), from where it ends upwards.
fn fraction(a: f64, x: f64) -> f64 {
    let above = |step: u32| -f64::from(step) * (f64::from(step) - a);
    let below = |step: u32| (x - a) + f64::from(2 * step + 1);
    match depth(|step| (above(step), below(step)), below(0)) {
        Some(depth) => {
            let from = |value: f64, step: u32| below(step) + above(step + 1) / value;
            1.0 / (0..depth).rev().fold(below(depth), from)
        }
        None => f64::NAN,
    }
}

/// 1 - x^a / Γ(1 + a) (1 + a Σ (-x)ᵏ / ((a + k) k!)), without the cancellation, for a below 1 and x up to about 1.
fn q_of_small(a: f64, x: f64) -> f64 {
    let exponent = (a * Real::ln(x)) - ln_gamma_of_next(a).rounded();
    let (mut power, mut sum) = (1.0, 0.0);
    for k in 1..40_u32 {
        let k = f64::from(k);
        power *= -x / k;
        sum += power / (a + k);
    }
    -Real::exp_m1(exponent) - Real::exp(exponent) * a * sum
}

/// x^a e^-x / Γ(a + 1).
fn scaled_power(a: f64, x: f64) -> f64 {
    if a < STIRLING {
        let power = Double::ln(normal(x)).times(a);
        let power = power.plus_any(Double::of(-x));
        let gamma = if a < 1.0 {
            ln_gamma_of_next(a)
        } else {
            ln_gamma_in_two_parts(a).plus_any(Double::ln(a))
        };
        return exp(power.plus_any(gamma.opposite()));
    }
    let root = Real::sqrt(core::f64::consts::TAU * a);
    exp(exponent(a, x)) / root * Real::exp(-stirling_series(a))
}

/// a ln(x/a) + a - x.
fn exponent(a: f64, x: f64) -> Double<f64> {
    let apart = Double::sum_of_any(x, -a);
    if Real::abs(apart.high) > 0.3 * a {
        let ratio = Double::quotient(x, Double::of(a));
        let mut ln = Double::ln(normal(ratio.high));
        ln.low += ratio.low / ratio.high;
        return ln.times(a).plus_any(apart.opposite());
    }
    // With s = (x - a) / (x + a) it is -(x - a) s, and 2a times what the logarithm of (1 + s) / (1 - s) is above 2s.
    let s = Double::quotient(apart.high, Double::sum_of_any(x, a));
    let square = s.high * s.high;
    let (mut power, mut rest) = (s.high * square, 0.0);
    for k in 1..12_u32 {
        rest += power / f64::from(2 * k + 1);
        power *= square;
    }
    s.times(-apart.high).plus_any(Double::of(2.0 * a * rest))
}

/// The number, or the smallest with all digits: of what is below, e^… is 0 or x^a is what it is.
fn normal(x: f64) -> f64 {
    if x < f64::MIN_POSITIVE {
        f64::MIN_POSITIVE
    } else {
        x
    }
}

/// e to the power of a sum.
pub(super) fn exp(sum: Double<f64>) -> f64 {
    let power = Real::exp(sum.high);
    // What overflows has no low part.
    if power == 0.0 || power == f64::INFINITY {
        return power;
    }
    power + power * sum.low
}

/// S₀, S₁ and S₂ of the expansion in 1/a: Taylor series in η, the highest power first.
const S_0: [f64; 14] = [
    -4.382_036_018_453_353e-9,
    1.026_180_978_424_030_9e-8,
    6.707_853_543_401_498e-9,
    -1.766_595_273_682_607_8e-7,
    8.296_711_340_953_087e-7,
    -1.854_062_210_715_16e-6,
    -2.185_448_510_679_992e-6,
    3.919_263_178_522_438e-5,
    -0.000_178_755_144_032_921_8,
    0.000_352_733_686_067_019_4,
    0.001_157_407_407_407_407_3,
    -0.014_814_814_814_814_815,
    0.083_333_333_333_333_33,
    -0.333_333_333_333_333_3,
];
const S_1: [f64; 8] = [
    7.649_160_916_081_11e-6,
    -1.809_855_033_448_997_7e-5,
    -4.018_775_720_164_609e-7,
    0.000_205_761_316_872_427_98,
    -0.000_990_226_337_448_559_6,
    0.002_645_502_645_502_645_4,
    -0.003_472_222_222_222_222,
    -0.001_851_851_851_851_852,
];
const S_2: [f64; 3] = [
    0.000_771_604_938_271_604_9,
    -0.002_681_327_160_493_827_3,
    0.004_133_597_883_597_883,
];

/// With -aη²/2 the exponent of the density, Q is that of a normal number η√a, and φ(η√a) / √a times the expansion.
fn of_large(a: f64, x: f64) -> [f64; 2] {
    let above = x > a;
    if Real::abs(x - a) > 0.15 * a {
        return if above { [1.0, 0.0] } else { [0.0, 1.0] };
    }
    let exponent = exponent(a, x);
    let distance = Real::sqrt(Real::abs(2.0 * exponent.high));
    let root = Real::sqrt(a);
    let size = distance / root;
    let eta = if above { size } else { -size };
    let sum = |series: &[f64]| series.iter().fold(0.0, |sum, factor| sum * eta + factor);
    let expansion = sum(&S_0) + (sum(&S_1) + sum(&S_2) / a) / a;
    let density = exp(exponent) / Real::sqrt(core::f64::consts::TAU);
    let mills = 1.0 / inverse_mills(-distance);
    let correction = if above { expansion } else { -expansion } / root;
    let tail = density * (mills + correction);
    if above {
        [1.0 - tail, tail]
    } else {
        [tail, 1.0 - tail]
    }
}

/// x^(a-1) e^-x / Γ(a); for a from 0 down by its recurrence, as derivatives of those above need it.
fn density(a: f64, x: f64) -> f64 {
    if a.is_nan() || x.is_nan() || x < 0.0 || a < -300.0 || a == f64::INFINITY {
        return f64::NAN;
    }
    if a <= 0.0 {
        // 1/Γ is 0 there.
        return if a == (a as i32) as f64 {
            0.0
        } else {
            density(a + 1.0, x) * (a / x)
        };
    }
    if x == 0.0 {
        return if a > 1.0 {
            0.0
        } else if a == 1.0 {
            1.0
        } else {
            f64::INFINITY
        };
    }
    if x == f64::INFINITY {
        return 0.0;
    }
    scaled_power(a, x) * (a / x)
}

#[cfg(test)]
mod tests {
    use crate::Number;

    /// Edges, infinities and what is no number.
    fn corners<T: Number>() {
        let (of, nan, infinity) = (T::of, T::NAN, T::INFINITY);
        let both = |a: T, x: T| (a.gamma_p(x), a.gamma_q(x));
        assert!(both(of(2.0), of(0.0)) == (of(0.0), of(1.0)));
        assert!(both(of(2.0), infinity) == (of(1.0), of(0.0)));
        assert!(both(of(0.0), of(2.0)) == (of(1.0), of(0.0)));
        assert!(both(infinity, of(2.0)) == (of(0.0), of(1.0)));
        for (a, x) in [
            (of(-1.0), of(1.0)),
            (of(1.0), of(-1.0)),
            (of(0.0), of(0.0)),
            (infinity, infinity),
            (nan, of(1.0)),
            (of(1.0), nan),
        ] {
            assert!(a.gamma_p(x).is_nan() && a.gamma_q(x).is_nan());
        }
        // The density where the number is 0, and of shapes that derivatives reach.
        let density = |a: f64| of(a).gamma_density(of(0.0));
        assert!((density(2.0), density(1.0), density(0.5)) == (of(0.0), of(1.0), infinity));
        assert!(density(0.0) == of(0.0) && of(-1.0).gamma_density(of(2.0)) == of(0.0));
        assert!(density(-0.5) == -infinity);
    }

    #[test]
    fn edges_and_infinities() {
        corners::<f32>();
        corners::<f64>();
    }
}
