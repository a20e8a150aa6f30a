//! The regularised incomplete beta function and the beta density, number by number, as `f64`.
//!
//! Up to about the mean it is a continued fraction (DLMF 8.17.22) times a density whose exponent is kept in two parts, above the mean 1 less
//! that of the other tail. Invariant: below the mean it is right to 8 units in the last place, above to 4 of 1. Beyond parameters of
//! 10¹⁰, where the fraction does not end in time, it is NaN and no wrong number.

use super::incomplete::exp;
use super::ln_gamma::stirling_series;
use crate::Real;
use crate::double::Double;

/// Parameters are raised to this for Stirling's formula.
const STIRLING: f64 = 20.0;

/// How far the fraction is taken, which is some multiple of the root of the larger parameter.
const MOST: u32 = 1_000_000;

/// See [`Real::beta_inc`].
#[inline(always)]
pub fn beta_inc<T: Real>(a: T, b: T, x: T) -> T {
    let [p] = T::lane_by_lane([a, b, x], |[a, b, x]| [of_numbers(a, b, x)]);
    p
}

/// See [`Real::beta_density`].
#[inline(always)]
pub fn beta_density<T: Real>(a: T, b: T, x: T) -> T {
    let [density] = T::lane_by_lane([a, b, x], |[a, b, x]| [density(a, b, x)]);
    density
}

fn of_numbers(a: f64, b: f64, x: f64) -> f64 {
    let parameters = a > 0.0 && b > 0.0 && a < f64::INFINITY && b < f64::INFINITY;
    if !(parameters && (0.0..=1.0).contains(&x)) {
        return f64::NAN;
    }
    if x == 0.0 || x == 1.0 {
        return x;
    }
    let rest = 1.0 - x;
    if x <= a / (a + b) {
        powers(a, b, x) * fraction(a, b, x, rest)
    } else {
        1.0 - powers(a, b, x) * fraction(b, a, rest, x)
    }
}

/// The continued fraction whose numerators and denominators are positive up to the mean (DiDonato and Morris, 1992, equation 9), as far as
/// Lentz's algorithm says that it counts, and from there upwards, so that the roundings on the way do not add up.
fn fraction(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    // a - (a + b) x, which is 0 at the mean.
    let past = Double::product(a, rest).plus_any(Double::product(-b, x));
    let past = past.rounded();
    let above = |step: u32| {
        let n = f64::from(step);
        let at = a + (2.0 * n - 1.0);
        (a + (n - 1.0)) / at * ((a + b + (n - 1.0)) / at) * (n * (b - n)) * x * x
    };
    let below = |step: u32| {
        let n = f64::from(step);
        let first = match step {
            0 => 0.0,
            _ => n + n * (b - n) * x / (a + (2.0 * n - 1.0)),
        };
        first + (a + n) / (a + (2.0 * n + 1.0)) * (past + 1.0 + n * (1.0 + rest))
    };
    match depth(|step| (above(step), below(step)), below(0)) {
        Some(depth) => {
            let from = |value: f64, step: u32| below(step) + above(step + 1) / value;
            1.0 / (0..depth).rev().fold(below(depth), from)
        }
        None => f64::NAN,
    }
}

/// How many steps of a continued fraction with these numerators and denominators count.
pub(super) fn depth(step: impl Fn(u32) -> (f64, f64), first: f64) -> Option<u32> {
    let (mut c, mut d) = (f64::INFINITY, 1.0 / first);
    (1..MOST).find(|at| {
        let (above, below) = step(*at);
        d = 1.0 / (above * d + below);
        c = below + above / c;
        Real::abs(c * d - 1.0) < 2e-16
    })
}

/// A product whose factors may leave the range on the way: what has grown or shrunk far goes into a logarithm.
struct Product {
    near: Double<f64>,
    ln: Double<f64>,
}

impl Product {
    fn times(&mut self, above: Double<f64>, below: Double<f64>) {
        for factor in [above, Double::quotient(1.0, below)] {
            self.near = self.near.times_double(factor);
            self.keep_within(1e100);
        }
    }

    /// Leaves a factor up to that, or down to its inverse.
    fn keep_within(&mut self, most: f64) {
        let size = Real::abs(self.near.high);
        if size > most || size * most < 1.0 {
            let mut ln = Double::ln(size);
            ln.low += self.near.low / self.near.high;
            self.ln = self.ln.plus_any(ln);
            self.near = Double::of(if self.near.high < 0.0 { -1.0 } else { 1.0 });
        }
    }
}

/// x^a (1 - x)^b / B(a, b).
///
/// a and b are raised to A and B, where B(A, B) is Stirling's formula, so that with S = A + B the exponent is
/// A ln(x S / A) + B ln((1 - x) S / B), and what is left are as many factors as they were raised by.
fn powers(a: f64, b: f64, x: f64) -> f64 {
    let one = Double::of(1.0);
    let rest = Double::sum(1.0, -x);
    let mut product = Product {
        near: one,
        ln: Double::of(0.0),
    };
    let mut sum = Double::sum_of_any(a, b);
    let mut raise = |from: f64, by: Double<f64>| {
        let mut at = Double::of(from);
        while at.high < STIRLING {
            product.times(at, sum.times_double(by));
            at = at.plus_any(one);
            sum = sum.plus_any(one);
        }
        at
    };
    let raised_a = raise(a, Double::of(x));
    let raised_b = raise(b, rest);
    let part = |of: Double<f64>, share: Double<f64>| {
        let above = sum.times_double(share);
        let inverse = Double::quotient(1.0, of);
        let ratio = above.times_double(inverse);
        let mut ln = Double::ln(ratio.high);
        ln.low += ratio.low / ratio.high;
        ln.times_double(of)
    };
    // With what is left of the product the power may be normal where it is not alone.
    product.keep_within(10.0);
    let exponent = part(raised_a, Double::of(x)).plus_any(part(raised_b, rest));
    let (a, b, sum) = (raised_a.high, raised_b.high, sum.high);
    let series = stirling_series(sum) - stirling_series(a) - stirling_series(b);
    let root = Real::sqrt(a / sum * b / core::f64::consts::TAU);
    exp(exponent.plus_any(product.ln)) * (root * Real::exp(series)) * product.near.rounded()
}

/// x^(a-1) (1 - x)^(b-1) / B(a, b); at the ends, and where 1/B is 0, as it is there.
fn density(a: f64, b: f64, x: f64) -> f64 {
    if !(a >= 0.0 && b >= 0.0 && (0.0..=1.0).contains(&x)) {
        return f64::NAN;
    }
    if a == 0.0 || b == 0.0 {
        return 0.0;
    }
    let at_end = |shape: f64, other: f64| match shape {
        1.0 => other,
        _ if shape > 1.0 => 0.0,
        _ => f64::INFINITY,
    };
    if x == 0.0 {
        return at_end(a, b);
    }
    if x == 1.0 {
        return at_end(b, a);
    }
    powers(a, b, x) / x / (1.0 - x)
}

#[cfg(test)]
mod tests {
    use crate::Number;

    /// Ends, and what is no number.
    fn corners<T: Number>() {
        let (of, nan, infinity) = (T::of, T::NAN, T::INFINITY);
        assert!(of(2.0).beta_inc(of(3.0), of(0.0)) == of(0.0));
        assert!(of(2.0).beta_inc(of(3.0), of(1.0)) == of(1.0));
        for (a, b, x) in [
            (of(0.0), of(1.0), of(0.5)),
            (of(1.0), of(-1.0), of(0.5)),
            (of(1.0), of(1.0), of(1.5)),
            (of(1.0), of(1.0), of(-0.5)),
            (infinity, of(1.0), of(0.5)),
            (nan, of(1.0), of(0.5)),
            (of(1.0), nan, of(0.5)),
            (of(1.0), of(1.0), nan),
        ] {
            assert!(a.beta_inc(b, x).is_nan());
        }
        let density = |a: f64, b: f64, x: f64| of(a).beta_density(of(b), of(x));
        assert!((density(2.0, 3.0, 0.0), density(2.0, 3.0, 1.0)) == (of(0.0), of(0.0)));
        assert!((density(1.0, 3.0, 0.0), density(2.0, 1.0, 1.0)) == (of(3.0), of(2.0)));
        assert!(density(0.5, 3.0, 0.0) == infinity);
    }

    #[test]
    fn ends() {
        corners::<f32>();
        corners::<f64>();
    }
}
