//! Numbers as unevaluated sums of two, for what one number cannot hold; of numbers and of lanes.
//!
//! Invariant: the low part is at most half a last place of the high part, up to a few roundings of the low part itself.

use crate::Real;

/// `high + low`.
#[derive(Clone, Copy)]
pub struct Double<T> {
    /// The sum, rounded.
    pub high: T,
    /// What was rounded off.
    pub low: T,
}

impl<T: Real> Double<T> {
    /// A number as it is.
    #[inline(always)]
    pub fn of(high: T) -> Self {
        let low = T::of(0.0);
        Double { high, low }
    }

    /// The exact sum of two numbers, the first of which is the larger in size.
    #[inline(always)]
    pub fn sum(larger: T, smaller: T) -> Self {
        let high = larger + smaller;
        Double {
            high,
            low: smaller - (high - larger),
        }
    }

    /// The exact sum of two numbers of any sizes (Knuth, 1969).
    #[inline(always)]
    pub fn sum_of_any(a: T, b: T) -> Self {
        let high = a + b;
        let rounded = high - a;
        let low = (a - (high - rounded)) + (b - rounded);
        Double { high, low }
    }

    /// The exact product of two numbers.
    #[inline(always)]
    pub fn product(a: T, b: T) -> Self {
        let (high, low) = a.exact_product(b);
        Double { high, low }
    }

    /// A number divided.
    #[inline(always)]
    pub fn quotient(above: T, below: Self) -> Self {
        let inverse = T::of(1.0) / below.high;
        let high = above * inverse;
        let product = Double::product(high, below.high);
        let left = ((above - product.high) - product.low) - high * below.low;
        Double {
            high,
            low: left * inverse,
        }
    }

    /// The product with a number.
    #[inline(always)]
    pub fn times(self, factor: T) -> Self {
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

    /// The sum of two of any sizes.
    #[inline(always)]
    pub fn plus_any(self, other: Self) -> Self {
        let Double { high, low } = Double::sum_of_any(self.high, other.high);
        Double::sum(high, low + (self.low + other.low))
    }

    /// The opposite.
    #[inline(always)]
    pub fn opposite(self) -> Self {
        Double {
            high: -self.high,
            low: -self.low,
        }
    }

    /// One of two.
    #[inline(always)]
    pub fn select(mask: T::Mask, yes: Self, no: Self) -> Self {
        Double {
            high: T::select(mask, yes.high, no.high),
            low: T::select(mask, yes.low, no.low),
        }
    }

    /// The nearest number.
    #[inline(always)]
    pub fn rounded(self) -> T {
        self.high + self.low
    }

    /// The natural logarithm of a positive normal number.
    #[inline(always)]
    pub fn ln(x: T) -> Self {
        let (high, low) = x.ln_in_two_parts();
        Double { high, low }
    }

    /// ln(2ᵉ (1 + f)) to about 70 bits (35 for `f32`), with s = f / (2 + f) as [`Real::ln`] has it on lanes: 2s and 2s³/3 are kept in
    /// two parts, and only the rest, s⁵ times `tail` of s², is one number.
    #[inline(always)]
    pub fn ln_of_parts(
        e: T,
        f: T,
        tail: impl FnOnce(T) -> T,
        [two_thirds, ln_2]: [Self; 2],
    ) -> Self {
        let s = Double::quotient(f, Double::sum(T::of(2.0), f));
        let square = s.times_double(s);
        let rest = tail(square.high) * (square.high * square.high);
        let mut series = square.times_double(two_thirds);
        series.low = series.low + rest;
        let series = series.times_double(s);
        let double_s = Double {
            high: s.high + s.high,
            low: s.low + s.low,
        };
        let of_power = Double {
            high: e * ln_2.high,
            low: e * ln_2.low,
        };
        of_power.plus_any(double_s.plus(series))
    }
}

/// (ln((1 + s) / (1 - s)) - 2s - 2s³/3) / s⁵ in s², for |s| up to (√2 - 1) / (√2 + 1): a minimax fit to 2⁻⁵⁸, the highest power first.
const LN_TAIL: [f64; 8] = [
    0.117_230_510_280_977_53,
    0.117_062_485_409_223_86,
    0.133_348_042_382_253_45,
    0.153_845_949_708_954_57,
    0.181_818_183_353_144_04,
    0.222_222_222_216_562_32,
    0.285_714_285_714_293_64,
    0.4,
];

/// ln x in two parts, for positive normal x.
pub fn ln_of_number(x: f64) -> Double<f64> {
    const SIGNIFICAND: u64 = (1 << 52) - 1;
    let root = core::f64::consts::FRAC_1_SQRT_2.to_bits();
    // 1 + f is between √½ and √2.
    let moved = x.to_bits() + (1_f64.to_bits() - root);
    let e = (moved >> 52) as f64 - 1023.0;
    let f = f64::from_bits((moved & SIGNIFICAND) + root) - 1.0;
    let tail = |z: f64| polynomial(z, &LN_TAIL);
    let two_thirds = Double {
        high: 2.0 / 3.0,
        low: 3.700_743_415_417_188e-17,
    };
    // Of few enough bits that any exponent times it is exact, and what that lacks.
    let ln_2 = Double {
        high: 6.931_471_803_691_238e-1,
        low: 1.908_214_929_270_587_7e-10,
    };
    Double::ln_of_parts(e, f, tail, [two_thirds, ln_2])
}

/// The polynomial with these coefficients, the highest power first: even and odd powers by themselves, in chains of half the length.
#[inline(always)]
pub fn polynomial<T: Real>(x: T, coefficients: &[f64]) -> T {
    let square = x * x;
    let mut sums = [T::of(0.0); 2];
    for (at, coefficient) in coefficients.iter().rev().enumerate().rev() {
        sums[at % 2] = sums[at % 2].mul_add(square, T::of(*coefficient));
    }
    sums[1].mul_add(x, sums[0])
}
