//! Powers and roots, on lanes.
//!
//! Invariant: what a formula does not cover goes to the function on single numbers: bases that are not positive and
//! normal, and exponents that are not finite.

use super::{Precision, exponential, logarithm};
use crate::double::Double;
use crate::lanes::{Lanes, Vector};
use crate::{Constant, Number, Real};

/// ln x to about 70 bits (35 for `f32`), for positive normal x.
#[inline(always)]
pub fn ln_in_two_parts<V: Vector>(x: Lanes<V>) -> Double<Lanes<V>> {
    let (e, m) = logarithm::split(x);
    let third = V::Number::of(2.0 / 3.0);
    let two_thirds = Double {
        high: Lanes::number(third),
        low: Lanes::of(2.0 / 3.0 - third.to_f64() + V::Number::TWO_THIRDS_LOW),
    };
    let ln_2 = Double {
        high: Lanes::number(V::Number::LN_2_HIGH),
        low: Lanes::number(V::Number::LN_2_LOW),
    };
    let tail = |z: Lanes<V>| z.polynomial(V::Number::LN_TAIL);
    Double::ln_of_parts(e, m - Lanes::of(1.0), tail, [two_thirds, ln_2])
}

/// `x` to the power `y`, as exp(y ln x).
#[inline(always)]
pub fn powf<V: Vector>(x: Lanes<V>, y: Lanes<V>) -> Lanes<V> {
    let limit = V::Number::POWF_HIGHEST;
    let exponent = ln_in_two_parts(x).times(y.within(-limit, limit));
    let power = exponential::exp_of_sum(exponent);
    let positive = x.greater_equal(Lanes::number(V::Number::MIN_POSITIVE));
    let finite = x.less_equal(Lanes::number(V::Number::MAX))
        & y.abs().less_equal(Lanes::number(V::Number::MAX));
    power.patch_pair(!(positive & finite), x, y, <V::Number as Real>::powf)
}

/// Cube root: from a polynomial for the reciprocal root, two steps with an error of third order, and one more step on
/// the root itself with an exact cube.
#[inline(always)]
pub fn cbrt<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let size = x.abs();
    let shift = Lanes::number(V::Number::SHIFT);
    let (e, m) = logarithm::split(size);
    let third = e.mul_add(Lanes::of(1.0 / 3.0), shift);
    let rest = (third - shift).mul_add(Lanes::of(-3.0), e) + shift;
    let m = m.times_power(rest);
    let mut y = m.polynomial(V::Number::CBRT);
    for _ in 0..2 {
        let lacking = (m * y).mul_add(-(y * y), Lanes::of(1.0));
        let step = lacking.mul_add(Lanes::of(2.0 / 9.0), Lanes::of(1.0 / 3.0)) * lacking;
        y = y.mul_add(step, y);
    }
    let square = y * y;
    let root = m * square;
    let cube = Double::product(root, root).times(root);
    let over = (cube.high - m) + cube.low;
    let root = (over * square).mul_add(Lanes::of(-1.0 / 3.0), root);
    let y = root.times_power(third).with_sign_of(x);
    y.patch(logarithm::unusual(size), x, <V::Number as Real>::cbrt)
}

/// `√(x² + y²)`, both divided by the power of two in the larger.
#[inline(always)]
pub fn hypot<V: Vector>(x: Lanes<V>, y: Lanes<V>) -> Lanes<V> {
    let (a, b) = (x.abs(), y.abs());
    let infinity = Lanes::number(V::Number::INFINITY);
    let power = a.larger(b).and(infinity);
    let [least, most] = V::Number::POWERS;
    let power = power.within(least, most);
    let inverse = Lanes::number(V::Number::TOP_POWER).sub_bits(power);
    let (p, q) = (a * inverse, b * inverse);
    let length = p.mul_add(p, q * q).sqrt() * power;
    Lanes::select(a.equal(infinity) | b.equal(infinity), infinity, length)
}
