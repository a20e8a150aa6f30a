//! Whole numbers near a number, and the remainder of a division, on lanes.
//!
//! Invariant: every result is exact, with the sign of a zero that the function on single numbers gives it.

use crate::double::Double;
use crate::lanes::{LaneMask, Lanes, Vector};
use crate::vecmath::Precision;
use crate::{Mask, Real};

/// The whole number nearest to a number without a sign, of two the even one; only below [`Precision::WHOLE`].
#[inline(always)]
fn nearest<V: Vector>(size: Lanes<V>) -> Lanes<V> {
    let whole = Lanes::number(V::Number::WHOLE);
    (size + whole) - whole
}

/// What is rounded, and from where on all numbers are whole: the number itself, NaN too.
#[inline(always)]
fn where_not_whole<V: Vector>(x: Lanes<V>, rounded: Lanes<V>) -> Lanes<V> {
    let fractional = x.abs().less(Lanes::number(V::Number::WHOLE));
    Lanes::select(fractional, rounded, x)
}

/// The whole number at or below.
#[inline(always)]
pub fn floor<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (zero, one) = (Lanes::of(0.0), Lanes::of(1.0));
    let near = nearest(x.abs()).with_sign_of(x);
    where_not_whole(x, near - Lanes::select(near.greater(x), one, zero))
}

/// The whole number at or above.
#[inline(always)]
pub fn ceil<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    -floor(-x)
}

/// The nearest whole number, of two the one farther from 0.
#[inline(always)]
pub fn round<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (zero, one, size) = (Lanes::of(0.0), Lanes::of(1.0), x.abs());
    let near = nearest(size);
    let halfway = (size - near).equal(Lanes::of(0.5));
    let away = near + Lanes::select(halfway, one, zero);
    where_not_whole(x, away.with_sign_of(x))
}

/// The remainder of a division whose quotient is cut off, with the sign of the first number, as Rust's `%`.
///
/// The quotient may be off by one, but what it leaves is exact. Where it is too large to be whole, or products are out of range, it is
/// the function on single numbers.
#[inline(always)]
pub fn rem<V: Vector>(x: Lanes<V>, y: Lanes<V>) -> Lanes<V> {
    let (zero, size, step) = (Lanes::of(0.0), x.abs(), y.abs());
    let quotient = size / step;
    let below = size.less(step);
    let [least, most] = V::Number::MODERATE.map(Lanes::number);
    let usual = step.greater_equal(least) & size.less_equal(most);
    // Half of the digits, so that the product of the quotient and the step has no more than a low part holds.
    let limit = Lanes::of(if V::Number::IS_SINGLE { 2e6 } else { 1e15 });
    let usual = below | usual & quotient.less(limit);
    let whole = floor(quotient);
    let product = Double::product(whole, step);
    let left = (size - product.high) - product.low;
    let left = left + Lanes::select(left.less(zero), step, zero);
    let left = left - Lanes::select(left.greater_equal(step), step, zero);
    let left = Lanes::select(below, size, left).abs().with_sign_of(x);
    let rare: LaneMask<V> = !usual;
    match rare.any() {
        true => left.patch_pair(rare, x, y, |x, y| x % y),
        false => left,
    }
}
