//! What rotations are made of, as functions that have all derivatives at an angle of 0.
//!
//! Stumpff's functions are the series of sine and cosine by the square of the angle, with terms taken off their fronts; the angle over
//! its sine is a function of the cosine. Each has a whole family of derivatives, by an order. All is computed as `f64` and number by
//! number. Invariant: near the point where a closed form cancels, the series is summed instead.

use crate::Real;

/// The orders that are offered.
const MOST: u32 = 30;

/// A number as an order, if it is one.
fn order(k: f64) -> Option<u32> {
    let order = k as u32;
    (f64::from(order) == k && order <= MOST).then_some(order)
}

/// See [`Real::stumpff`].
#[inline(always)]
pub fn stumpff<T: Real>(k: T, x: T) -> T {
    let [value] = T::lane_by_lane([k, x], |[k, x]| {
        [order(k).map_or(f64::NAN, |k| stumpff_of_number(k, x))]
    });
    value
}

/// Where the closed form takes off so much of a front that the series is better.
const NEAR: f64 = 16.0;

fn stumpff_of_number(k: u32, x: f64) -> f64 {
    let angle = Real::sqrt(Real::abs(x));
    match (k, x < 0.0) {
        (0, false) => return Real::cos(angle),
        (0, true) => return Real::cosh(angle),
        (1, false) if x > 1e-300 => return Real::sin(angle) / angle,
        (1, true) if x < -1e-300 => return Real::sinh(angle) / angle,
        // 1 - cos(a) is 2 sin²(a/2).
        (2, _) => return 0.5 * Real::powi(stumpff_of_number(1, 0.25 * x), 2),
        _ => {}
    }
    let first = (1..=k).fold(1.0, |product, factor| product / f64::from(factor));
    if Real::abs(x) < NEAR * f64::from(k.max(1)) || x.is_nan() {
        return first * series(k, x);
    }
    // c(k) = 1/k! - x c(k + 2), upwards from the closed forms.
    let (mut at, mut front) = if k.is_multiple_of(2) {
        (2, 0.5)
    } else {
        (1, 1.0)
    };
    let mut value = stumpff_of_number(at, x);
    while at < k {
        value = (front - value) / x;
        front /= f64::from((at + 1) * (at + 2));
        at += 2;
    }
    value
}

/// k! Σ (-x)ʲ / (k + 2j)!, summed from its last terms.
fn series(k: u32, x: f64) -> f64 {
    (1..=40_u32).rev().fold(1.0, |sum, j| {
        let factors = f64::from(k + 2 * j - 1) * f64::from(k + 2 * j);
        1.0 - x / factors * sum
    })
}

/// See [`Real::acos_ratio`].
#[inline(always)]
pub fn acos_ratio<T: Real>(k: T, c: T) -> T {
    let [value] = T::lane_by_lane([k, c], |[k, c]| {
        [order(k).map_or(f64::NAN, |k| acos_ratio_of_number(k, c))]
    });
    value
}

fn acos_ratio_of_number(k: u32, c: f64) -> f64 {
    if c < -1.0 {
        return f64::NAN;
    }
    let distance = 1.0 - c;
    let square = distance * (1.0 + c);
    if square <= 0.0 || k > 0 && distance < 1.0 || c.is_nan() {
        return hypergeometric(k, 0.5 * distance);
    }
    // The differential equation (1 - c²) y′ = c y - 1, differentiated as often as the order says.
    let mut before = Real::acos(c) / Real::sqrt(square);
    if k == 0 {
        return before;
    }
    let mut value = (c * before - 1.0) / square;
    let mut scale = -1.0 / 3.0;
    for at in 1..k {
        let at = f64::from(at);
        let next = ((2.0 * at + 1.0) * c * value + at * at * before) / square;
        (before, value) = (value, next);
        scale *= -(at + 1.0) * (at + 1.0) / (2.0 * at + 3.0);
    }
    value / scale
}

/// ₂F₁(k + 1, k + 1; k + 3/2; z), whose terms have one sign above 0 and are a few below.
fn hypergeometric(k: u32, z: f64) -> f64 {
    let (k, mut term, mut sum) = (f64::from(k), 1.0, 0.0);
    for j in 0..1000_u32 {
        sum += term;
        let j = f64::from(j);
        term *= z * (k + 1.0 + j) * (k + 1.0 + j) / ((k + 1.5 + j) * (j + 1.0));
        if Real::abs(term) < 1e-18 * sum {
            break;
        }
    }
    sum
}
