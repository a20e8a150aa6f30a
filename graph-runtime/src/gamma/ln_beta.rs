//! The logarithms of the beta function and of binomial coefficients.
//!
//! Of p ≤ q it is ln Γ(p), which is precise, and ln Γ(q) - ln Γ(p + q). Where q is large these two are Stirling's formula (DLMF 5.11) and
//! their difference is taken term by term, so that nothing as large as they are cancels; where p is large too, so is ln Γ(p).
//! Invariant: off by no more than 4 units in the last place of the larger of the value and 1.

use super::ln_gamma::{ln_gamma, stirling_series};
use crate::{Mask, Real};

/// ln 2π / 2.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;

/// From here on numbers are large.
const LARGE: f64 = 3.0;

/// See [`Real::ln_beta`].
#[inline(always)]
pub fn ln_beta<T: Real>(a: T, b: T) -> T {
    let (zero, infinity) = (T::of(0.0), T::of(f64::INFINITY));
    let (p, q) = (a.min(b), a.max(b));
    let both_large = p.greater_equal(T::of(LARGE));
    let mut value = zero;
    if (!both_large).any() {
        value = ln_gamma(p) + difference(p, q);
    }
    if both_large.any() {
        value = T::select(both_large, by_stirling(p, q), value);
    }
    let value = T::select(p.equal(zero), infinity, value);
    let value = T::select(q.equal(infinity), -infinity, value);
    // Of 0 and ∞ it is anything.
    let is_number = p.greater(zero) | p.equal(zero) & q.less(infinity);
    T::select(is_number, value, T::of(f64::NAN))
}

/// See [`Real::ln_choose`]: of k and n - k, the smaller, it is ln Γ(n + 1) - ln Γ(n - k + 1) - ln Γ(k + 1).
#[inline(always)]
pub fn ln_choose<T: Real>(n: T, k: T) -> T {
    let (zero, one) = (T::of(0.0), T::of(1.0));
    let rest = n - k;
    let (p, q) = (k.min(rest), k.max(rest) + one);
    let both_large = p.greater_equal(T::of(LARGE));
    let mut value = zero;
    if (!both_large).any() {
        value = zero - (ln_gamma(p + one) + difference(p, q));
    }
    if both_large.any() {
        let large = -by_stirling(p + one, q) - n.ln_1p();
        value = T::select(both_large, large, value);
    }
    T::select(p.greater_equal(zero), value, T::of(f64::NAN))
}

/// ln Γ(q) - ln Γ(p + q), for p ≤ q.
#[inline(always)]
fn difference<T: Real>(p: T, q: T) -> T {
    let large = q.greater_equal(T::of(LARGE));
    let mut apart = T::of(0.0);
    if (!large).any() {
        apart = ln_gamma(q) - ln_gamma(p + q);
    }
    if large.any() {
        apart = T::select(large, difference_by_stirling(p, q), apart);
    }
    apart
}

/// The same for large q: p - (q - 1/2) ln(1 + p/q) - p ln(p + q), and the difference of the series.
#[inline(always)]
fn difference_by_stirling<T: Real>(p: T, q: T) -> T {
    let sum = p + q;
    let bend = p - (q - T::of(0.5)) * (p / q).ln_1p();
    let series = stirling_series(q) - stirling_series(sum);
    (bend + series) - p * sum.ln()
}

/// All three by Stirling's formula: ln √2π - ln √q - (p - 1/2) ln(1 + q/p) - q ln(1 + p/q), and the series.
#[inline(always)]
fn by_stirling<T: Real>(p: T, q: T) -> T {
    let half = T::of(0.5);
    let series = stirling_series(p) + (stirling_series(q) - stirling_series(p + q));
    let of_p = (p - half) * (q / p).ln_1p();
    let of_q = q * (p / q).ln_1p();
    (T::of(HALF_LN_TAU) + series) - half * q.ln() - of_q - of_p
}
