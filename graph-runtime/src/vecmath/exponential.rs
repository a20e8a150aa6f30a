//! Exponentials and the hyperbolic functions, on lanes.
//!
//! All write x = n ln 2 + r with n whole and |r| ≤ ln 2 / 2, evaluate a polynomial in r, and put n into the exponent.
//! Invariant: no branch but on whether all results of a vector are normal, either side of which gives a number the same
//! result; what overflows is infinite, what underflows is rounded once.

use super::Precision;
use crate::Real;
use crate::double::Double;
use crate::lanes::{LaneMask, Lanes, Vector};

/// n, still shifted into the lowest bits, and r.
#[inline(always)]
fn reduce<V: Vector>(x: Lanes<V>) -> (Lanes<V>, Lanes<V>) {
    let (shifted, Double { high, .. }) = reduce_to_both_parts(x);
    (shifted, high)
}

/// The same with what r was rounded by.
#[inline(always)]
fn reduce_to_both_parts<V: Vector>(x: Lanes<V>) -> (Lanes<V>, Double<Lanes<V>>) {
    let shift = Lanes::number(V::Number::SHIFT);
    let shifted = x.mul_add(Lanes::of(std::f64::consts::LOG2_E), shift);
    let n = shifted - shift;
    let exact = n.mul_add(Lanes::number(-V::Number::LN_2_HIGH), x);
    let part = Lanes::number(-V::Number::LN_2_LOW);
    let high = n.mul_add(part, exact);
    let low = n.mul_add(part, exact - high);
    (shifted, Double { high, low })
}

/// What a power of two is taken out of, and what that says of the result.
struct Ends<T> {
    /// Below this, the result is 0.
    lowest: T,
    /// Above this, it is infinite.
    highest: T,
    /// Up to this in size, it is a normal number.
    normal: T,
}

impl<T: Precision> Ends<T> {
    const OF_EXP: Self = Ends {
        lowest: T::EXP_LOWEST,
        highest: T::EXP_HIGHEST,
        normal: T::EXP_NORMAL,
    };
    const OF_EXP2: Self = Ends {
        lowest: T::EXP2_LOWEST,
        highest: T::EXP2_HIGHEST,
        normal: T::EXP2_NORMAL,
    };

    /// The argument as the reduction wants it: without a test, nothing past the ends.
    #[inline(always)]
    fn clamp<V: Vector<Number = T>>(&self, x: Lanes<V>) -> Lanes<V> {
        match V::TESTS {
            true => x,
            false => x.within(self.lowest, self.highest),
        }
    }

    /// `power * 2ⁿ`, for a power near 1 that means something between the ends only.
    ///
    /// A vector of nothing but normal results, as nearly all are, has n added to its exponents, which is the same number.
    #[inline(always)]
    fn scale<V: Vector<Number = T>>(
        &self,
        x: Lanes<V>,
        normal: LaneMask<V>,
        power: Lanes<V>,
        shifted: Lanes<V>,
    ) -> Lanes<V> {
        if !V::TESTS {
            return power.scale(shifted);
        }
        if normal.all() {
            return power.times_power(shifted);
        }
        let (zero, infinity) = (Lanes::of(0.0), Lanes::number(T::INFINITY));
        let y = power.scale(shifted);
        let y = Lanes::select(x.less(Lanes::number(self.lowest)), zero, y);
        Lanes::select(x.greater(Lanes::number(self.highest)), infinity, y)
    }
}

/// e to the power of each lane.
#[inline(always)]
pub fn exp<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let ends = Ends::<V::Number>::OF_EXP;
    let (shifted, r) = reduce(ends.clamp(x));
    let normal = x.abs().less_equal(Lanes::number(ends.normal));
    ends.scale(x, normal, near_one(r), shifted)
}

/// The same where nothing overflows.
#[inline(always)]
pub fn exp_of_negative<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let ends = Ends::<V::Number>::OF_EXP;
    let near = if V::TESTS { x } else { x.at_least(ends.lowest) };
    let (shifted, r) = reduce(near);
    let normal = x.greater_equal(Lanes::number(-ends.normal));
    ends.scale(x, normal, near_one(r), shifted)
}

/// exp r, for |r| up to ln 2 / 2.
#[inline(always)]
fn near_one<V: Vector>(r: Lanes<V>) -> Lanes<V> {
    let square = r * r;
    let tail = r.polynomial_by_square(square, V::Number::EXP);
    tail.mul_add(square, r) + Lanes::of(1.0)
}

/// e to the power of a sum, as what a number near 1 is above 1 and n, shifted.
#[inline(always)]
pub fn parts_of_sum<V: Vector>(sum: Double<Lanes<V>>) -> (Lanes<V>, Lanes<V>) {
    let (shifted, reduced) = reduce_to_both_parts(sum.high);
    let r = reduced.high + sum.low;
    let lost = (reduced.high - r) + sum.low;
    let square = r * r;
    let tail = r.polynomial_by_square(square, V::Number::EXP);
    let rest = tail.mul_add(square, reduced.low + lost);
    (rest + r, shifted)
}

/// e to the power of a sum of any size.
#[inline(always)]
pub fn exp_of_sum<V: Vector>(sum: Double<Lanes<V>>) -> Lanes<V> {
    // Where the high part is far out of range, the low part means nothing.
    let limit = V::Number::of(1e-3);
    let (above_one, shifted) = parts_of_sum(Double {
        high: sum
            .high
            .within(V::Number::EXP_LOWEST, V::Number::EXP_HIGHEST),
        low: sum.low.within(-limit, limit),
    });
    (above_one + Lanes::of(1.0)).scale(shifted)
}

/// 2 to the power of each lane.
#[inline(always)]
pub fn exp2<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let ends = Ends::<V::Number>::OF_EXP2;
    let near = ends.clamp(x);
    let shift = Lanes::number(V::Number::SHIFT);
    let shifted = near + shift;
    let r = near - (shifted - shift);
    let power = r.polynomial(V::Number::EXP2).mul_add(r, Lanes::of(1.0));
    let normal = x.abs().less_equal(Lanes::number(ends.normal));
    ends.scale(x, normal, power, shifted)
}

/// `exp(x) - 1`, as 2ⁿ (exp(r) - 1) + (2ⁿ - 1).
///
/// The power is halved, and the result doubled, since 2ⁿ itself overflows before the result does.
#[inline(always)]
pub fn exp_m1<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let lowest = V::Number::of(-2.0) * V::Number::TANH_HIGHEST;
    let (shifted, reduced) = reduce_to_both_parts(x.within(lowest, V::Number::EXP_HIGHEST));
    let r = reduced.high;
    let square = r * r;
    let tail = r.polynomial_by_square(square, V::Number::EXP);
    let less_one = tail.mul_add(square, reduced.low) + r;
    let half_power = Lanes::of(0.5).times_power(shifted);
    let half = half_power.mul_add(less_one, half_power - Lanes::of(0.5));
    Lanes::select(x.abs().less(Lanes::number(V::Number::TINY)), x, half + half)
}

/// Up to here in size, r is x itself, which loses nothing.
const LIMIT: f64 = 0.55;

/// What `sinh` and `cosh` are made of, with n = 0 and r = |x| for sizes below [`LIMIT`].
struct Reduced<V> {
    shifted: Lanes<V>,
    /// cosh r - 1.
    even: Lanes<V>,
    /// sinh r.
    odd: Lanes<V>,
}

impl<V: Vector> Reduced<V> {
    #[inline(always)]
    fn new(size: Lanes<V>) -> Self {
        let size = size.at_most(V::Number::SINH_HIGHEST);
        let small = size.less(Lanes::of(LIMIT));
        let (shifted, r) = reduce(size);
        let r = Lanes::select(small, size, r);
        let z = r * r;
        Reduced {
            shifted: Lanes::select(small, Lanes::number(V::Number::SHIFT), shifted),
            even: z.polynomial(V::Number::COSH) * z,
            odd: z.polynomial(V::Number::SINH).mul_add(z * r, r),
        }
    }

    /// The sum and the difference of a quarter of 2ⁿ and of 2⁻ⁿ.
    #[inline(always)]
    fn quarter_powers(&self) -> (Lanes<V>, Lanes<V>) {
        let quarter = Lanes::of(0.25);
        let n = self.shifted - Lanes::number(V::Number::SHIFT);
        let counts = n.less(Lanes::of(100.0));
        let inverse = quarter.over_power(self.shifted);
        let inverse = Lanes::select(counts, inverse, Lanes::of(0.0));
        let power = quarter.times_power(self.shifted);
        (power + inverse, power - inverse)
    }
}

/// Hyperbolic sine: for |x| = n ln 2 + r it is (2ⁿ - 2⁻ⁿ)/2 cosh r + (2ⁿ + 2⁻ⁿ)/2 sinh r, without cancellation for n = 0.
#[inline(always)]
pub fn sinh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let size = x.abs();
    let reduced = Reduced::new(size);
    let (sum, difference) = reduced.quarter_powers();
    let half = difference + difference.mul_add(reduced.even, sum * reduced.odd);
    let tiny = size.less(Lanes::number(V::Number::TINY));
    Lanes::select(tiny, x, (half + half).with_sign_of(x))
}

/// Hyperbolic cosine, by the same sums.
#[inline(always)]
pub fn cosh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let reduced = Reduced::new(x.abs());
    let (sum, difference) = reduced.quarter_powers();
    let half = sum + sum.mul_add(reduced.even, difference * reduced.odd);
    half + half
}

/// Hyperbolic tangent, in one division: x + x³ P / Q with polynomials in x² below [`LIMIT`], above it 1 - 2 / (exp(2x) + 1).
#[inline(always)]
pub fn tanh<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let one = Lanes::of(1.0);
    let size = x.abs().at_most(V::Number::TANH_HIGHEST);
    let small = size.less(Lanes::of(LIMIT));
    let square = size * size;
    let above = square.polynomial(V::Number::TANH_ABOVE) * (square * size);
    let below = square.polynomial(V::Number::TANH_BELOW);
    let (shifted, r) = reduce(size + size);
    let power = near_one(r).scale_within(shifted);
    let above = Lanes::select(small, above, Lanes::of(-2.0));
    let below = Lanes::select(small, below, power + one);
    let y = Lanes::select(small, size, one) + above / below;
    y.with_sign_of(x)
}

/// `1 / (1 + exp(-x))`, by the tail as for single numbers.
#[inline(always)]
pub fn sigmoid<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let tail = sigmoid_tail(x);
    x.select_negative(tail, Lanes::of(1.0) - tail)
}

/// `e / (1 + e)` with `e = exp(-|x|)`, as for single numbers with an exponential that is never above 1.
#[inline(always)]
pub fn sigmoid_tail<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let e = exp_of_negative(x.or(Lanes::of(-0.0)));
    e / (Lanes::of(1.0) + e)
}
