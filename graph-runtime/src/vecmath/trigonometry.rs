//! Sine, cosine and tangent and their inverses, on lanes.
//!
//! Angles are reduced by multiples of π or of its half, with π in three or four parts. Invariant: an angle too large for
//! the parts, infinite or NaN goes to the function on single numbers, which reduces any angle.

use super::Precision;
use super::double::Double;
use crate::Real;
use crate::lanes::{LaneMask, Lanes, Vector};

/// `angle - quotient * π`, for quotients that are multiples of one half.
///
/// With fused products the first difference is exact, since it is below 2 and a multiple of the last place of π, and
/// the others round once each. Without, the parts are short enough that each product is exact.
#[inline(always)]
fn reduce<V: Vector>(angle: Lanes<V>, quotient: Lanes<V>) -> Lanes<V> {
    let parts: &[V::Number] = if V::FMA {
        &V::Number::PI_FUSED
    } else {
        &V::Number::PI_SHORT
    };
    let mut r = angle;
    for part in parts {
        r = quotient.mul_add(Lanes::number(-*part), r);
    }
    r
}

/// Whether an angle is too large for [`reduce`], or NaN.
#[inline(always)]
fn unusual<V: Vector>(size: Lanes<V>) -> LaneMask<V> {
    let limit = if V::FMA {
        V::Number::LARGE_ANGLE
    } else {
        V::Number::SMALL_ANGLE
    };
    !size.less_equal(Lanes::number(limit))
}

/// sin r for |r| up to π/2; rounding must not take it past 1.
#[inline(always)]
fn sin_of_reduced<V: Vector>(r: Lanes<V>) -> Lanes<V> {
    let z = r * r;
    let y = z.polynomial(V::Number::SIN).mul_add(z * r, r);
    y.within(V::Number::of(-1.0), V::Number::of(1.0))
}

/// Sine: sin(nπ + r) is sin r, negative for odd n.
#[inline(always)]
pub fn sin<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let size = x.abs();
    let shift = Lanes::number(V::Number::SHIFT);
    let shifted = size.mul_add(Lanes::of(std::f64::consts::FRAC_1_PI), shift);
    let r = reduce(size, shifted - shift);
    let sign = shifted.to_sign().xor(x.sign_bit());
    let y = sin_of_reduced(r).xor(sign);
    y.patch(unusual(size), x, <V::Number as Real>::sin)
}

/// Cosine: cos((n + 1/2)π + r) is sin r, negative for even n.
#[inline(always)]
pub fn cos<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (size, half) = (x.abs(), Lanes::of(0.5));
    let shift = Lanes::number(V::Number::SHIFT);
    let shifted = size.mul_add(Lanes::of(std::f64::consts::FRAC_1_PI), -half) + shift;
    let r = reduce(size, (shifted - shift) + half);
    let sign = shifted.to_sign().xor(Lanes::of(-0.0));
    let y = sin_of_reduced(r).xor(sign);
    y.patch(unusual(size), x, <V::Number as Real>::cos)
}

/// Twice the quotient by π, rounded, in the lowest bits, and |x| reduced by it.
#[inline(always)]
fn reduce_to_quarter<V: Vector>(size: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let shift = Lanes::number(V::Number::HALF_SHIFT);
    let shifted = size.mul_add(Lanes::of(std::f64::consts::FRAC_1_PI), shift);
    (shifted, reduce(size, shifted - shift))
}

/// sin r and cos r for |r| up to π/4.
#[inline(always)]
fn sin_and_cos_of_reduced<V: Vector>(r: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let z = r * r;
    let sin = z.polynomial(V::Number::SIN_QUARTER).mul_add(z * r, r);
    let start = z.mul_add(Lanes::of(-0.5), Lanes::of(1.0));
    let cos = z.polynomial(V::Number::COS_QUARTER).mul_add(z * z, start);
    (sin, cos)
}

/// Whether the lowest bit is set.
#[inline(always)]
fn is_odd<V: Vector>(shifted: Lanes<V>) -> LaneMask<V> {
    shifted.to_sign().or(Lanes::of(1.0)).less(Lanes::of(0.0))
}

/// Sine and cosine: a quarter turn swaps them, and the second bit of the quotient gives the signs.
#[inline(always)]
pub fn sin_cos<V: Vector>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let size = x.abs();
    let (shifted, r) = reduce_to_quarter(size);
    let (s, c) = sin_and_cos_of_reduced(r);
    let odd = is_odd(shifted);
    let half_turns = shifted.halve_bits().to_sign();
    let sin = Lanes::select(odd, c, s).xor(half_turns.xor(x.sign_bit()));
    let cos = Lanes::select(odd, s, c).xor(half_turns.xor(shifted.to_sign()));
    let far = unusual(size);
    (
        sin.patch(far, x, <V::Number as Real>::sin),
        cos.patch(far, x, <V::Number as Real>::cos),
    )
}

/// [`reduce`] with what its result was rounded by.
#[inline(always)]
fn reduce_to_both_parts<V: Vector>(angle: Lanes<V>, quotient: Lanes<V>) -> Double<V> {
    let parts: &[V::Number] = if V::FMA {
        &V::Number::PI_FUSED
    } else {
        &V::Number::PI_SHORT
    };
    let part = |index: usize| Lanes::<V>::number(-parts[index]);
    let exact = quotient.mul_add(part(0), angle);
    let product = Double {
        high: quotient * part(1),
        low: quotient.mul_add(part(1), -(quotient * part(1))),
    };
    let Double { high, low } = Double::sum_of_any(exact, product.high);
    Double::sum(high, quotient.mul_add(part(2), low + product.low))
}

/// Tangent; after a quarter turn the negative reciprocal.
///
/// Near π/4 an error of r counts twice, so that r is taken in two parts.
#[inline(always)]
pub fn tan<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (size, one) = (x.abs(), Lanes::of(1.0));
    let shift = Lanes::number(V::Number::HALF_SHIFT);
    let shifted = size.mul_add(Lanes::of(std::f64::consts::FRAC_1_PI), shift);
    let Double { high: r, low } = reduce_to_both_parts(size, shifted - shift);
    let z = r * r;
    let slope = z + Lanes::of(1.0);
    let t = z.polynomial(V::Number::TAN).mul_add(z * r, low * slope) + r;
    let odd = is_odd(shifted);
    let quotient = Lanes::select(odd, one, t) / Lanes::select(odd, t, one);
    let y = quotient.xor(shifted.to_sign().xor(x.sign_bit()));
    y.patch(unusual(size), x, <V::Number as Real>::tan)
}
