//! Error functions, on lanes.
//!
//! Up to 0.65 both come from a polynomial for erf, above from exp(-a²) times one in (a - c) / (a + c), which maps all of
//! the positive numbers to a short interval (Shepherd and Laframboise, 1981). Invariant: no branch; the tail of `erfc`
//! is scaled last, so that it loses nothing before it is subnormal.

use super::{Precision, exponential};
use crate::Real;
use crate::double::Double;
use crate::lanes::{Lanes, Vector};

/// Where the two formulas meet.
const LIMIT: f64 = 0.65;

/// erf x, for |x| up to [`LIMIT`].
#[inline(always)]
fn erf_of_small<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    (x * x).polynomial(V::Number::ERF).mul_add(x, x)
}

/// The polynomial for erfc. Its last sums cancel, so they are taken one after the other, which rounds least.
#[inline(always)]
fn erfcx_polynomial<V: Vector>(t: Lanes<V>) -> Lanes<V> {
    let (first, last) = V::Number::ERFCX.split_at(V::Number::ERFCX.len() - 3);
    let mut sum = t.polynomial(first);
    for coefficient in last {
        sum = sum.mul_add(t, Lanes::number(*coefficient));
    }
    sum
}

/// erfc a, for a from [`LIMIT`] on.
#[inline(always)]
fn erfc_of_large<V: Vector>(size: Lanes<V>) -> Lanes<V> {
    let a = size.at_most(V::Number::ERFC_HIGHEST);
    let centre = Lanes::number(V::Number::ERFC_CENTRE);
    let below = a + centre;
    let factor = erfcx_polynomial((a - centre) / below) / below;
    let square = Double::product(a, a);
    let (above_one, shifted) = exponential::parts_of_sum(Double {
        high: -square.high,
        low: -square.low,
    });
    above_one.mul_add(factor, factor).scale(shifted)
}

/// Error function.
#[inline(always)]
pub fn erf<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let size = x.abs();
    let large = (Lanes::of(1.0) - erfc_of_large(size)).with_sign_of(x);
    Lanes::select(size.less(Lanes::of(LIMIT)), erf_of_small(x), large)
}

/// Its complement.
#[inline(always)]
pub fn erfc<V: Vector>(x: Lanes<V>) -> Lanes<V> {
    let size = x.abs();
    let tail = erfc_of_large(size);
    let negative = x.less(Lanes::of(0.0));
    let large = Lanes::select(negative, Lanes::of(2.0) - tail, tail);
    let small = Lanes::of(1.0) - erf_of_small(x);
    Lanes::select(size.less(Lanes::of(LIMIT)), small, large)
}
