//! Inverse trigonometric functions, on lanes.
//!
//! Invariant: one division or one square root each, and the constants that are added at the end in two parts.

use super::Precision;
use crate::Real;
use crate::lanes::{LaneMask, Lanes, Vector};

/// What π/2 is above its nearest number.
#[inline(always)]
fn half_pi_low<V: Vector>() -> Lanes<V> {
    Lanes::number(V::Number::HALF_PI_LOW)
}

#[inline(always)]
fn half_pi<V: Vector>() -> Lanes<V> {
    Lanes::of(std::f64::consts::FRAC_PI_2)
}

/// atan(a / b) for a, b ≥ 0: with tan(π/8) on either side of 1 as limits, a / b, or π/4 and (a - b) / (a + b), or π/2 and
/// -b / a.
#[inline(always)]
fn atan_of_quotient<V: Vector>(a: Lanes<V>, b: Lanes<V>) -> Lanes<V> {
    let limit = Lanes::of(std::f64::consts::SQRT_2 - 1.0);
    let (past_first, past_second) = (a.greater(b * limit), (a * limit).greater(b));
    let above = Lanes::select(past_second, -b, Lanes::select(past_first, a - b, a));
    let below = Lanes::select(past_second, a, Lanes::select(past_first, a + b, b));
    let of_limits = |second: Lanes<V>| {
        let first = second * Lanes::of(0.5);
        let none = Lanes::of(0.0);
        Lanes::select(past_second, second, Lanes::select(past_first, first, none))
    };
    let t = above / below;
    let z = t * t;
    let tail = z
        .polynomial(V::Number::ATAN)
        .mul_add(z * t, of_limits(half_pi_low()));
    of_limits(half_pi()) + (t + tail)
}

/// Arc tangent.
#[inline(always)]
pub fn atan<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    atan_of_quotient(x.abs(), Lanes::of(1.0)).with_sign_of(x)
}

/// The angle of the point (x, y); zeros, and numbers at the ends of the range, go to the function on single numbers.
#[inline(always)]
pub fn atan2<V: Vector>(y: Lanes<V>, x: Lanes<V>) -> Lanes<V> {
    let (a, b) = (y.abs(), x.abs());
    let acute = atan_of_quotient(a, b);
    let obtuse = (half_pi() + half_pi()) - (acute - (half_pi_low() + half_pi_low()));
    let angle = Lanes::select(x.less(Lanes::of(0.0)), obtuse, acute);
    let [least, most] = V::Number::MODERATE;
    let size = a + b;
    let usual = size.greater_equal(Lanes::number(least)) & size.less_equal(Lanes::number(most));
    let function = <V::Number as Real>::atan2;
    angle.with_sign_of(y).patch_pair(!usual, y, x, function)
}

/// t = |x| up to 1/2, and above it √((1 - |x|) / 2), with which asin |x| = π/2 - 2 asin t.
struct Half<V: Vector> {
    large: LaneMask<V>,
    t: Lanes<V>,
    /// asin t - t.
    tail: Lanes<V>,
}

impl<V: Vector> Half<V> {
    #[inline(always)]
    fn new(size: Lanes<V>) -> Self {
        let half = Lanes::of(0.5);
        let large = size.greater(half);
        let z = Lanes::select(large, (Lanes::of(1.0) - size) * half, size * size);
        let t = Lanes::select(large, z.sqrt(), size);
        let tail = z.polynomial(V::Number::ASIN) * (z * t);
        Half { large, t, tail }
    }
}

/// What π/2 is above 3/2.
const BEYOND: f64 = 0.070_796_326_794_896_62;

/// Arc sine. The difference of 3/2 and 2t is taken first, since it is exact for all results below 1.
#[inline(always)]
pub fn asin<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let Half { large, t, tail } = Half::new(x.abs());
    let rest = (Lanes::of(1.5) - (t + t)) - ((tail + tail) - Lanes::of(BEYOND));
    Lanes::select(large, rest, t + tail).with_sign_of(x)
}

/// Arc cosine: π/2 - asin x, or 2 asin t near 1 and π - 2 asin t near -1.
#[inline(always)]
pub fn acos<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let Half { large, t, tail } = Half::new(x.abs());
    let small = t + tail;
    let negative = x.less(Lanes::of(0.0));
    let signed = small.or(x.sign_bit());
    let near_zero = half_pi() - (signed - half_pi_low());
    let quarter = half_pi() - (small - half_pi_low());
    let half = Lanes::select(negative, quarter, small);
    Lanes::select(large, half + half, near_zero)
}
