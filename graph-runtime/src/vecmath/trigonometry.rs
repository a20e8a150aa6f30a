//! Sine, cosine and tangent and their inverses, on lanes.
//!
//! Angles are reduced by multiples of π or of its half, with π in three or four parts. Invariant: an angle too large for
//! the parts, infinite or NaN goes to the function on single numbers, which reduces any angle.

use super::Precision;
use crate::Real;
use crate::double::Double;
use crate::lanes::{LaneMask, Lanes, Vector};

/// `angle - quotient * π`, for quotients that are multiples of one half.
///
/// The first difference is exact: with fused products, since it is below 2 and a multiple of the last place of π, and
/// otherwise since the parts are short enough that their products are exact. The other parts are small, so that what
/// matters is rounded once; without fused products they must be added up first for that.
#[inline(always)]
fn reduce<V: Vector>(angle: Lanes<V>, quotient: Lanes<V>) -> Lanes<V> {
    reduce_with_estimate(angle, quotient).0
}

/// The same, and second what is as good for a square, and known earlier: it leaves out the last part, which says nothing
/// unless the difference is next to zero.
#[inline(always)]
fn reduce_with_estimate<V: Vector>(angle: Lanes<V>, quotient: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let exact = quotient.mul_add(part(0), angle);
    if V::FMA {
        let estimate = quotient.mul_add(part(1), exact);
        return (quotient.mul_add(part(2), estimate), estimate);
    }
    let Double { high, low } = Double::sum(quotient * part(1), quotient * part(2));
    let r = (exact + high) + quotient.mul_add(part(3), low);
    (r, r)
}

/// A part of -π: one of three, or of four without fused products.
#[inline(always)]
fn part<V: Vector>(index: usize) -> Lanes<V> {
    Lanes::number(match V::FMA {
        true => -V::Number::PI_FUSED[index],
        false => -V::Number::PI_SHORT[index],
    })
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

/// The sine of an angle less so many π, under a sign.
///
/// It is -0 for -0: the zero that is added makes the cube of -0 a +0, without which the last sum would be one of +0 and
/// -0, which is +0. And it is never past 1: with fused products the polynomial sees to that.
#[inline(always)]
fn sin_of_rest<V: Vector>(angle: Lanes<V>, quotient: Lanes<V>, sign: Lanes<V>) -> Lanes<V> {
    let (r, estimate) = reduce_with_estimate(angle, quotient);
    let z = estimate * estimate;
    let r = r.xor(sign);
    let cube = z.mul_add(r, Lanes::of(0.0));
    let y = z.polynomial(V::Number::SIN).mul_add(cube, r);
    if V::FMA {
        return y;
    }
    y.within(V::Number::of(-1.0), V::Number::of(1.0))
}

/// Sine: sin(nπ + r) is sin r, or sin -r for odd n.
#[inline(always)]
pub fn sin<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let shift = Lanes::number(V::Number::SHIFT);
    let shifted = x.mul_add(Lanes::of(std::f64::consts::FRAC_1_PI), shift);
    let y = sin_of_rest(x, shifted - shift, shifted.to_sign());
    y.patch(unusual(x.abs()), x, <V::Number as Real>::sin)
}

/// Cosine: cos((n + 1/2)π + r) is sin r for odd n, or sin -r. Without fused products that is rounded too often near π/2.
/// Next to zero it is 1, of which the polynomial, which never passes it, may fall short by a last place.
#[inline(always)]
pub fn cos<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    if !V::FMA {
        return sin_cos(x).1;
    }
    let (size, half) = (x.abs(), Lanes::of(0.5));
    let shift = Lanes::number(V::Number::SHIFT);
    let shifted = size.mul_add(Lanes::of(std::f64::consts::FRAC_1_PI), -half) + shift;
    let sign = shifted.to_sign().xor(Lanes::of(-0.0));
    let y = sin_of_rest(size, (shifted - shift) + half, sign);
    let flat = size.less(Lanes::number(V::Number::FLAT_ANGLE));
    let y = Lanes::select(flat, Lanes::of(1.0), y);
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
fn reduce_to_both_parts<V: Vector>(angle: Lanes<V>, quotient: Lanes<V>) -> Double<Lanes<V>> {
    let exact = quotient.mul_add(part(0), angle);
    let product = quotient * part(1);
    let (second, last) = if V::FMA {
        let low = quotient.mul_add(part(1), -product);
        (Double { high: product, low }, part(2))
    } else {
        (Double::sum(product, quotient * part(2)), part(3))
    };
    let Double { high, low } = Double::sum_of_any(exact, second.high);
    Double::sum(high, quotient.mul_add(last, low + second.low))
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
