//! Functions that are formulas of others, the same for numbers and for lanes.
//!
//! Invariant: nothing overflows on the way to a result that is finite, and small results keep their digits.

use crate::{Mask, Real};

/// See [`Real::sign`].
#[inline(always)]
pub fn sign<T: Real>(x: T) -> T {
    let zero = T::of(0.0);
    let zero_or_nan = T::select(x.equal(zero), zero, x);
    let not_positive = T::select(x.less(zero), T::of(-1.0), zero_or_nan);
    T::select(x.greater(zero), T::of(1.0), not_positive)
}

/// See [`Real::relu`].
#[inline(always)]
pub fn relu<T: Real>(x: T) -> T {
    let zero = T::of(0.0);
    T::select(x.less_equal(zero), zero, x)
}

/// See [`Real::sigmoid`]: the tail, which is how far it is from 0 or from 1, by the same operations as in a `graph!`.
#[inline(always)]
pub fn sigmoid<T: Real>(x: T) -> T {
    let end = T::select(x.less(T::of(0.0)), T::of(0.0), T::of(1.0));
    (end - x.sigmoid_tail()).abs()
}

/// See [`Real::sigmoid_tail`]: `e / (1 + e)` with `e = exp(-|x|)`, which is never above 1, so that nothing overflows and the result
/// keeps full relative precision all the way down.
#[inline(always)]
pub fn sigmoid_tail<T: Real>(x: T) -> T {
    let e = (-x.abs()).exp();
    e / (T::of(1.0) + e)
}

/// See [`Real::tanh_slope`]: `(1 - t)(1 + t)`, and where the first factor has lost two bits and more with `t`,
/// `exp(-2|x|) (1 + |t|)²`, which is the same. The exponential is computed where one of the numbers needs it.
#[inline(always)]
pub fn tanh_slope<T: Real>(x: T, t: T) -> T {
    let (one, size) = (T::of(1.0), t.abs());
    let above = one + size;
    let near = (one - size) * above;
    let far = size.greater(T::of(0.75));
    if !far.any() {
        return near;
    }
    T::select(far, (-(x + x).abs()).exp() * above * above, near)
}

/// See [`Real::softplus`]: `max(x, 0) + ln(1 + exp(-|x|))`, which cannot overflow.
#[inline(always)]
pub fn softplus<T: Real>(x: T) -> T {
    x.relu() + (-x.abs()).exp().ln_1p()
}

/// See [`Real::logaddexp`]: the larger of the two plus `ln(1 + exp(-|a - b|))`.
#[inline(always)]
pub fn logaddexp<T: Real>(a: T, b: T) -> T {
    let apart = a.max(b) + (-(a - b).abs()).exp().ln_1p();
    // Equal infinities have no difference, and equal numbers need none.
    T::select(a.equal(b), a + T::of(core::f64::consts::LN_2), apart)
}

/// See [`Real::ln_1m_exp`]: on either side of -ln 2 the one of the two forms that does not cancel.
#[inline(always)]
pub fn ln_1m_exp<T: Real>(x: T) -> T {
    let near = (-x.exp_m1()).ln();
    let far = (-x.exp()).ln_1p();
    T::select(x.greater(T::of(-core::f64::consts::LN_2)), near, far)
}

/// See [`Real::logit`]: from 1/4 on it is twice the inverse hyperbolic tangent of 2p - 1, which is exact, and so is 0 at 1/2.
#[inline(always)]
pub fn logit<T: Real>(p: T) -> T {
    let twice = p + p;
    let tangent = (twice - T::of(1.0)).atanh();
    let logarithms = p.ln() - (-p).ln_1p();
    T::select(p.less(T::of(0.25)), logarithms, tangent + tangent)
}
