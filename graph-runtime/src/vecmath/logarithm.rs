//! Logarithms and what is made of them, on lanes.
//!
//! All write x = 2ᵉ (1 + f) with 1 + f between √½ and √2, and take ln(1 + f) from s = f / (2 + f), in which it is odd.
//! Invariant: zero, subnormal, negative and infinite numbers and NaN go to the function on single numbers.

use super::{Precision, exponential};
use crate::double::Double;
use crate::lanes::{LaneMask, Lanes, Vector};
use crate::{Number, Real};

/// e, and 1 + f, of positive normal numbers.
#[inline(always)]
pub fn split<V: Vector>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let (one, root) = (Lanes::of(1.0), Lanes::of(std::f64::consts::FRAC_1_SQRT_2));
    let whole = Lanes::number(V::Number::WHOLE);
    let moved = x.add_bits(one.sub_bits(root));
    let e = moved.exponent_bits().or(whole) - (whole + Lanes::number(V::Number::BIAS));
    let significand = moved.and(Lanes::number(V::Number::SIGNIFICAND));
    (e, significand.add_bits(root))
}

/// ln(1 + f) as f - s g: -s, and g.
///
/// It is 2s + s³ P(s²), and 2s is f - s f.
#[inline(always)]
fn parts<V: Vector>(f: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let s = f / (f + Lanes::of(2.0));
    let z = s * s;
    (-s, z.polynomial(V::Number::LN).mul_add(-z, f))
}

/// ln(2ᵉ (1 + f)), where f is short of a little.
#[inline(always)]
fn join<V: Vector>(e: Lanes<V>, f: Lanes<V>, lost: Option<Lanes<V>>) -> Lanes<V> {
    let (minus_s, g) = parts(f);
    let part = Lanes::number(V::Number::LN_2_LOW);
    let low = match lost {
        Some(lost) => e.mul_add(part, lost),
        None => e * part,
    };
    let rest = f + minus_s.mul_add(g, low);
    e.mul_add(Lanes::number(V::Number::LN_2_HIGH), rest)
}

/// Whether a number is not positive, normal and finite.
///
/// Adding the bits of infinity to those of the smallest normal number gives the least whole number there is, and to those of
/// the largest number the bits of minus its half; all other numbers end up above.
#[inline(always)]
pub fn unusual<V: Vector>(x: Lanes<V>) -> LaneMask<V> {
    let moved = x.add_bits(Lanes::number(V::Number::INFINITY));
    moved.greater_bits(Lanes::number(V::Number::MAX * V::Number::of(-0.5)))
}

/// Natural logarithm.
#[inline(always)]
pub fn ln<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (e, m) = split(x);
    join(e, m - Lanes::of(1.0), None).patch(unusual(x), x, <V::Number as Real>::ln)
}

/// Logarithm to base 2: e is exact, and only ln(1 + f) is multiplied.
#[inline(always)]
pub fn log2<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (e, m) = split(x);
    let f = m - Lanes::of(1.0);
    let (minus_s, g) = parts(f);
    let y = minus_s
        .mul_add(g, f)
        .mul_add(Lanes::of(std::f64::consts::LOG2_E), e);
    y.patch(unusual(x), x, <V::Number as Real>::log2)
}

/// Logarithm to base 10. What its factor is rounded by counts; without fused products ln(1 + f) is rounded more, and is
/// f - (f²/2 - t) instead, of which the last difference alone counts.
#[inline(always)]
pub fn log10<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (e, m) = split(x);
    let f = m - Lanes::of(1.0);
    let (natural, low) = if V::FMA {
        let (minus_s, g) = parts(f);
        let natural = minus_s.mul_add(g, f);
        (natural, natural * Lanes::number(V::Number::LOG10_E_LOW))
    } else {
        let s = f / (f + Lanes::of(2.0));
        let z = s * s;
        let half_square = f * Lanes::of(0.5) * f;
        let tail = z.polynomial(V::Number::LN).mul_add(z, half_square) * s;
        (f - (half_square - tail), Lanes::of(0.0))
    };
    let low = e.mul_add(Lanes::number(V::Number::LOG10_2_LOW), low);
    let rest = natural.mul_add(Lanes::of(std::f64::consts::LOG10_E), low);
    let y = e.mul_add(Lanes::number(V::Number::LOG10_2_HIGH), rest);
    y.patch(unusual(x), x, <V::Number as Real>::log10)
}

/// `ln(1 + x)`. What `1 + x` loses in rounding is added to f, so that f is exactly x for small x.
#[inline(always)]
pub fn ln_1p<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let one = Lanes::of(1.0);
    let Double { high, low } = Double::sum_of_any(one, x);
    let (e, m) = split(high);
    let f = low.mul_add(inverse_power(high, m), m - one);
    let y = join(e, f, None).or(x.sign_bit());
    // The power of the very largest numbers has no inverse.
    y.patch(unusual(high + high), x, <V::Number as Real>::ln_1p)
}

/// 2⁻ᵉ for x = 2ᵉ m.
#[inline(always)]
fn inverse_power<V: Vector>(x: Lanes<V>, m: Lanes<V>) -> Lanes<V> {
    Lanes::of(1.0).sub_bits(x.sub_bits(m))
}

/// `ln(1 + x)` for positive x in two parts. What f loses in rounding is kept as well, since it counts where x is small.
#[inline(always)]
fn ln_1p_of_both_parts<V: Vector>(x: Double<Lanes<V>>) -> Lanes<V> {
    let one = Lanes::of(1.0);
    let Double { high, low } = Double::sum_of_any(one, x.high);
    let (e, m) = split(high);
    let lost = (low + x.low) * inverse_power(high, m);
    let f = Double::sum(m - one, lost);
    join(e, f.high, Some(f.low))
}

/// `ln(1 + x)` for x between 0 and 1, where no power of two needs to be taken out.
#[inline(always)]
fn ln_1p_of_fraction<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let s = x / (x + Lanes::of(2.0));
    let z = s * s;
    let half_square = x * Lanes::of(0.5) * x;
    let tail = z.polynomial(V::Number::LN_WIDE).mul_add(z, half_square) * s;
    x - (half_square - tail)
}

/// `ln(1 + exp(x))`, as [`crate::formulas::softplus`] with an exponential that is never above 1.
#[inline(always)]
pub fn softplus<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let e = exponential::exp_of_negative(-x.abs());
    x.relu() + ln_1p_of_fraction(e)
}

/// `ln(exp(a) + exp(b))`, likewise.
#[inline(always)]
pub fn logaddexp<V: Vector>(a: Lanes<V>, b: Lanes<V>) -> Lanes<V> {
    let apart = exponential::exp_of_negative(-(a - b).abs());
    let sum = a.max(b) + ln_1p_of_fraction(apart);
    // Equal infinities have no difference, and equal numbers need none.
    let ln_2 = Lanes::of(std::f64::consts::LN_2);
    Lanes::select(a.equal(b), a + ln_2, sum)
}

/// Inverse hyperbolic sine: ln(1 + |x| + x² / (1 + √(1 + x²))), and ln(2|x|) where the square would overflow.
#[inline(always)]
pub fn asinh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (one, size) = (Lanes::of(1.0), x.abs());
    let far = size.greater(Lanes::number(V::Number::FAR));
    let square = size * size;
    let near = size + square / (one + (square + one).sqrt());
    let y = ln_1p(Lanes::select(far, size, near));
    let y = Lanes::select(far, y + Lanes::of(std::f64::consts::LN_2), y);
    y.with_sign_of(x)
}

/// Inverse hyperbolic cosine: ln(1 + t + √(2t + t²)) with t = x - 1. Where the square would overflow, and below 1, it is the
/// function on single numbers.
///
/// What the sum of t and the root is rounded by counts, since the logarithm of a little more than 1 is as small.
#[inline(always)]
pub fn acosh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let one = Lanes::of(1.0);
    let t = x - one;
    let y = ln_1p_of_both_parts(Double::sum(t.mul_add(t, t + t).sqrt(), t));
    let usual = x.greater_equal(one) & x.less_equal(Lanes::number(V::Number::FAR));
    y.patch(!usual, x, <V::Number as Real>::acosh)
}

/// Inverse hyperbolic tangent, half of ln((1 + x) / (1 - x)): s is x itself for small x; otherwise the power of two is
/// taken out of 1 - x, so that what is left and 1 + x are apart by no more than a factor of two, and s is their difference,
/// which is exact but for what the two are rounded by themselves, over their sum.
#[inline(always)]
pub fn atanh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let (one, size) = (Lanes::of(1.0), x.abs());
    let whole = Lanes::number(V::Number::WHOLE);
    let (above, below) = (Double::sum(one, size), Double::sum(one, -size));
    let e = (whole + Lanes::number(V::Number::BIAS)) - below.high.exponent_bits().or(whole);
    let scaled = below
        .high
        .and(Lanes::number(V::Number::SIGNIFICAND))
        .or(one);
    // From 1/2 on, 1 - x is exact, and up to there its power is one half.
    let lost = below.low.mul_add(Lanes::of(-2.0), above.low);
    let quotient = ((above.high - scaled) + lost) / (above.high + scaled);
    let small = size.less(Lanes::of(0.33));
    let s = Lanes::select(small, size, quotient);
    let e = Lanes::select(small, Lanes::of(0.0), e * Lanes::of(0.5));
    let z = s * s;
    let tail = z.polynomial(V::Number::LN_WIDE) * (z * s * Lanes::of(0.5));
    let low = e.mul_add(Lanes::number(V::Number::LN_2_LOW), tail);
    let y = e.mul_add(Lanes::number(V::Number::LN_2_HIGH), s + low);
    let inside = size.less(one);
    y.with_sign_of(x)
        .patch(!inside, x, <V::Number as Real>::atanh)
}
