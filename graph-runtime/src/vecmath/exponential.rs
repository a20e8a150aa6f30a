//! Exponentials and the hyperbolic functions, on lanes.
//!
//! All write x = n ln 2 + r with n whole and |r| ≤ ln 2 / 2, evaluate a polynomial in r, and put n into the exponent.
//! Invariant: no branch; what overflows is infinite, what underflows is rounded once.

use super::Precision;
use crate::Real;
use crate::lanes::{Lanes, Vector};

/// n, still shifted into the lowest bits, and r.
#[inline(always)]
fn reduce<V: Vector>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let shift = Lanes::number(V::Number::SHIFT);
    let shifted = x.mul_add(Lanes::of(std::f64::consts::LOG2_E), shift);
    let n = shifted - shift;
    let r = n.mul_add(Lanes::number(-V::Number::LN_2_HIGH), x);
    (shifted, n.mul_add(Lanes::number(-V::Number::LN_2_LOW), r))
}

/// e to the power of each lane.
#[inline(always)]
pub fn exp<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let x = x.within(V::Number::EXP_LOWEST, V::Number::EXP_HIGHEST);
    let (shifted, r) = reduce(x);
    let tail = r.polynomial(V::Number::EXP);
    let power = tail.mul_add(r * r, r) + Lanes::of(1.0);
    power.scale(shifted)
}

/// 2 to the power of each lane.
#[inline(always)]
pub fn exp2<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let x = x.within(V::Number::EXP2_LOWEST, V::Number::EXP2_HIGHEST);
    let shift = Lanes::number(V::Number::SHIFT);
    let shifted = x + shift;
    let r = x - (shifted - shift);
    let power = r.polynomial(V::Number::EXP2).mul_add(r, Lanes::of(1.0));
    power.scale(shifted)
}

/// `exp(x) - 1`, as 2ⁿ (exp(r) - 1) + (2ⁿ - 1).
///
/// The power is halved, and the result doubled, since 2ⁿ itself overflows before the result does.
#[inline(always)]
pub fn exp_m1<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let lowest = V::Number::of(-2.0) * V::Number::TANH_HIGHEST;
    let (shifted, r) = reduce(x.within(lowest, V::Number::EXP_HIGHEST));
    let tail = r.polynomial(V::Number::EXP);
    let less_one = tail.mul_add(r * r, r);
    let half_power = Lanes::of(0.5).times_power(shifted);
    let half = half_power.mul_add(less_one, half_power - Lanes::of(0.5));
    Lanes::select(x.abs().less(Lanes::number(V::Number::TINY)), x, half + half)
}

/// The halves of exp(x) ± exp(-x) from sinh r and cosh r: `(even, odd)` with r² (cosh(r) - 1) / r² and sinh(r).
#[inline(always)]
fn even_and_odd<V: Vector>(r: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let z = r * r;
    let even = z.polynomial(V::Number::COSH) * z;
    let odd = z.polynomial(V::Number::SINH).mul_add(z * r, r);
    (even, odd)
}

/// A quarter of 2ⁿ and of 2⁻ⁿ; the second is 0 where it no longer counts.
#[inline(always)]
fn quarter_powers<V: Vector>(shifted: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let quarter = Lanes::of(0.25);
    let n = shifted - Lanes::number(V::Number::SHIFT);
    let counts = n.less(Lanes::of(100.0));
    let inverse = Lanes::select(counts, quarter.over_power(shifted), Lanes::of(0.0));
    (quarter.times_power(shifted), inverse)
}

/// Hyperbolic sine: for |x| = n ln 2 + r it is (2ⁿ - 2⁻ⁿ)/2 cosh r + (2ⁿ + 2⁻ⁿ)/2 sinh r, without cancellation for n = 0.
#[inline(always)]
pub fn sinh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let size = x.abs();
    let (shifted, r) = reduce(size.within(V::Number::of(0.0), V::Number::SINH_HIGHEST));
    let (even, odd) = even_and_odd(r);
    let (power, inverse) = quarter_powers(shifted);
    let difference = power - inverse;
    let rest = difference.mul_add(even, (power + inverse) * odd);
    let half = difference + rest;
    let tiny = size.less(Lanes::number(V::Number::TINY));
    Lanes::select(tiny, x, (half + half).with_sign_of(x))
}

/// Hyperbolic cosine, by the same sums.
#[inline(always)]
pub fn cosh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (shifted, r) = reduce(x.abs().within(V::Number::of(0.0), V::Number::SINH_HIGHEST));
    let (even, odd) = even_and_odd(r);
    let (power, inverse) = quarter_powers(shifted);
    let sum = power + inverse;
    let rest = sum.mul_add(even, (power - inverse) * odd);
    let half = sum + rest;
    half + half
}

/// Hyperbolic tangent: the quotient of the sums for `sinh` and `cosh`, both divided by 2ⁿ.
#[inline(always)]
pub fn tanh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let one = Lanes::of(1.0);
    let size = x.abs().within(V::Number::of(0.0), V::Number::TANH_HIGHEST);
    let (shifted, r) = reduce(size);
    let (even, odd) = even_and_odd(r);
    let inverse = one.over_power(shifted);
    let inverse = inverse * inverse;
    let (difference, sum) = (one - inverse, one + inverse);
    let above = difference + difference.mul_add(even, sum * odd);
    let below = sum + sum.mul_add(even, difference * odd);
    (above / below).with_sign_of(x)
}
