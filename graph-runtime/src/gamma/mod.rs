//! The logarithm of the gamma function and its derivatives, the same for numbers and for lanes.
//!
//! Numbers below 0 go through the reflection (DLMF 5.5 and 5.15), so each is taken by its distance from a whole number, which is
//! exact. Invariant: what cancels is kept in two parts on the way, so that there is one rounding of the result and little more.

mod beta_inc;
mod digamma;
mod incomplete;
mod ln_beta;
mod ln_gamma;
mod polygamma;

pub use beta_inc::{beta_density, beta_inc};
pub use digamma::digamma;
pub use incomplete::{gamma_density, gamma_p, gamma_q};
pub use ln_beta::{ln_beta, ln_choose};
pub use ln_gamma::ln_gamma;
pub use polygamma::polygamma;

use crate::Real;
use crate::double::{Double, polynomial};

/// A number below 0 by its distance from the nearest whole number.
#[inline(always)]
fn from_whole<T: Real>(size: T) -> T {
    // From here on numbers are whole.
    let whole = T::of(if T::IS_SINGLE {
        (1_u32 << 23) as f64
    } else {
        (1_u64 << 52) as f64
    });
    let rest = size - ((size + whole) - whole);
    T::select(size.less(whole), rest, T::of(0.0))
}

/// Below this in size, ψ(x) rounds to -1/x, and ln |Γ(x)| to -ln |x|.
const TINY: f64 = 1.0 / (1_u64 << 60) as f64;

/// A constant in two parts.
#[inline(always)]
fn constant<T: Real>((high, low): (f64, f64)) -> Double<T> {
    Double {
        high: T::of(high),
        low: T::of(low),
    }
}

/// A positive number by its unit: below 3, it is a whole number and `s`.
struct Unit<T: Real> {
    below_one: T::Mask,
    below_two: T::Mask,
    /// Below 3.
    near: T::Mask,
    s: T,
    /// The factor by which Γ goes from one unit to the next: x below 1, x - 1 from 2 on; from 3 on x itself, which is not near.
    step: T,
}

impl<T: Real> Unit<T> {
    #[inline(always)]
    fn of(x: T) -> Self {
        let (one, two) = (T::of(1.0), T::of(2.0));
        let (below_one, below_two) = (x.less(one), x.less(two));
        let near = x.less(T::of(3.0));
        let s = T::select(below_two, x - one, x - two);
        let step = T::select(near, x - one, x);
        let step = T::select(below_two, one, step);
        Unit {
            below_one,
            below_two,
            near,
            s: T::select(below_one, x, s),
            step: T::select(below_one, T::select(x.less(T::of(TINY)), one, x), step),
        }
    }

    /// A factor times the polynomial around the middle of the unit.
    #[inline(always)]
    fn times_polynomial(&self, factor: Double<T>, centre: (f64, f64), rest: &[f64]) -> Double<T> {
        factor.times_double(around(self.s - T::of(0.5), centre, rest))
    }
}

/// `c + t P(t)`, where the constant is the larger part.
#[inline(always)]
fn around<T: Real>(t: T, centre: (f64, f64), rest: &[f64]) -> Double<T> {
    let centre = constant::<T>(centre);
    let mut value = Double::sum(centre.high, polynomial(t, rest) * t);
    value.low = value.low + centre.low;
    value
}
