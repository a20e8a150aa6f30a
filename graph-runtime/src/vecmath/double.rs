//! Numbers as unevaluated sums of two, on lanes, for what one number cannot hold.
//!
//! Invariant: the low part is at most half a last place of the high part, up to a few roundings of the low part itself.

use super::Precision;
use crate::Real;
use crate::lanes::{Lanes, Vector};

/// `high + low`.
#[derive(Clone, Copy)]
pub struct Double<V> {
    /// The sum, rounded.
    pub high: Lanes<V>,
    /// What was rounded off.
    pub low: Lanes<V>,
}

impl<V: Vector> Double<V> {
    /// The exact sum of two numbers, the first of which is the larger in size.
    #[inline(always)]
    pub fn sum(larger: Lanes<V>, smaller: Lanes<V>) -> Self {
        let high = larger + smaller;
        Double {
            high,
            low: smaller - (high - larger),
        }
    }

    /// The exact product of two numbers.
    ///
    /// Without fused products each factor is cut in two halves whose products are exact (Dekker, 1971).
    #[inline(always)]
    pub fn product(a: Lanes<V>, b: Lanes<V>) -> Self {
        let high = a * b;
        if V::FMA {
            let low = a.mul_add(b, -high);
            return Double { high, low };
        }
        let upper = Lanes::number(V::Number::UPPER_HALF);
        let (a1, b1) = (a.and(upper), b.and(upper));
        let (a2, b2) = (a - a1, b - b1);
        let low = a2 * b2 + (a2 * b1 + (a1 * b2 + (a1 * b1 - high)));
        Double { high, low }
    }

    /// The product with a number.
    #[inline(always)]
    pub fn times(self, factor: Lanes<V>) -> Self {
        let Double { high, low } = Double::product(self.high, factor);
        Double {
            high,
            low: self.low.mul_add(factor, low),
        }
    }

    /// The product of two.
    #[inline(always)]
    pub fn times_double(self, factor: Self) -> Self {
        let Double { high, low } = self.times(factor.high);
        Double {
            high,
            low: self.high.mul_add(factor.low, low),
        }
    }

    /// The sum of two, the first of which is the larger in size.
    #[inline(always)]
    pub fn plus(self, smaller: Self) -> Self {
        let Double { high, low } = Double::sum(self.high, smaller.high);
        Double {
            high,
            low: low + (self.low + smaller.low),
        }
    }

    /// The exact sum of two numbers of any sizes (Knuth, 1969).
    #[inline(always)]
    pub fn sum_of_any(a: Lanes<V>, b: Lanes<V>) -> Self {
        let high = a + b;
        let rounded = high - a;
        let low = (a - (high - rounded)) + (b - rounded);
        Double { high, low }
    }

    /// The sum of two of any sizes.
    #[inline(always)]
    pub fn plus_any(self, other: Self) -> Self {
        let Double { high, low } = Double::sum_of_any(self.high, other.high);
        Double::sum(high, low + (self.low + other.low))
    }
}
