//! The Euclidean length, which neither overflows nor underflows where the length itself does not.
//!
//! The sum of squares of 1e200 is infinite, that of 1e-200 is 0. So where a sum of squares leaves the range in which its terms are
//! exact enough, the entries are scaled by a power of two first, which is exact, and the root is scaled back.
//! Invariant: within the range the length is the root of the plain sum of squares, to the bit.

use crate::{Mask, Number, Real};

/// The powers of two by which small and large entries are scaled, and the range of a sum of squares that needs neither.
struct Scales {
    grow: f64,
    shrink: f64,
    low: f64,
    high: f64,
}

/// 2 to a power.
const fn power(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

const SINGLE: Scales = Scales {
    grow: power(90),
    shrink: power(-75),
    low: power(-100),
    high: power(126),
};

const DOUBLE: Scales = Scales {
    grow: power(600),
    shrink: power(-600),
    low: power(-900),
    high: power(1020),
};

fn scales<T: Real>() -> Scales {
    if T::IS_SINGLE { SINGLE } else { DOUBLE }
}

/// An entry whose square would underflow, scaled.
#[inline(always)]
pub fn grown<T: Real>(x: T) -> T {
    x * T::of(scales::<T>().grow)
}

/// An entry whose square would overflow, scaled.
#[inline(always)]
pub fn shrunk<T: Real>(x: T) -> T {
    x * T::of(scales::<T>().shrink)
}

/// The length from the sum of squares, and those of the entries [`grown`] and [`shrunk`].
#[inline(always)]
pub fn of_squares<T: Real>(plain: T, grown: T, shrunk: T) -> T {
    let Scales {
        grow,
        shrink,
        low,
        high,
    } = scales::<T>();
    let small = grown.sqrt() * T::of(1.0 / grow);
    let large = shrunk.sqrt() * T::of(1.0 / shrink);
    let not_small = T::select(plain.less(T::of(high)), plain.sqrt(), large);
    T::select(plain.less_equal(T::of(low)), small, not_small)
}

/// The length of a few numbers.
#[inline(always)]
pub fn norm<T: Real, const N: usize>(entries: [T; N]) -> T {
    let plain = sum_of_squares(entries);
    let scales = scales::<T>();
    let is_plain = plain.greater(T::of(scales.low)) & plain.less(T::of(scales.high));
    if (!is_plain).any() {
        return scaled(plain, entries);
    }
    plain.sqrt()
}

/// The length of however many numbers, which are walked through once more where the sum of squares leaves the range.
pub fn of_all<T: Number, I: Iterator<Item = T>>(entries: impl Fn() -> I) -> T {
    let of = |scaled: fn(T) -> T| {
        entries()
            .map(scaled)
            .fold(T::of(0.0), |sum, entry| sum + entry * entry)
    };
    let plain = of(|entry| entry);
    let scales = scales::<T>();
    if plain > T::of(scales.low) && plain < T::of(scales.high) {
        return Real::sqrt(plain);
    }
    of_squares(plain, of(grown), of(shrunk))
}

#[cold]
#[inline(never)]
fn scaled<T: Real, const N: usize>(plain: T, entries: [T; N]) -> T {
    of_squares(
        plain,
        sum_of_squares(entries.map(grown)),
        sum_of_squares(entries.map(shrunk)),
    )
}

/// Halves joined with halves, as all sums of numbers are.
#[inline(always)]
fn sum_of_squares<T: Real, const N: usize>(entries: [T; N]) -> T {
    let mut sums = entries.map(|x| x * x);
    let mut count = N;
    while count > 1 {
        for at in 0..count / 2 {
            sums[at] = sums[2 * at] + sums[2 * at + 1];
        }
        if count % 2 == 1 {
            sums[count / 2] = sums[count - 1];
        }
        count = count.div_ceil(2);
    }
    sums.first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To two units in the last place, over all magnitudes.
    #[test]
    fn lengths_of_every_size() {
        for exponent in -1070..1020 {
            let x = 2_f64.powi(exponent);
            assert_eq!(norm([3.0 * x, 4.0 * x]), 5.0 * x, "2^{exponent}");
            assert_eq!(norm([x, 0.0, 0.0]), x);
        }
        for exponent in -147..125 {
            let x = 2_f32.powi(exponent);
            assert_eq!(norm([3.0 * x, 4.0 * x]), 5.0 * x, "2^{exponent}");
        }
    }

    #[test]
    fn lengths_of_what_is_no_number() {
        assert!(norm([1.0, f64::NAN]).is_nan());
        assert!(norm([f64::NAN]).is_nan());
        assert_eq!(norm([1.0, f64::NEG_INFINITY]), f64::INFINITY);
        assert_eq!(norm([0.0, -0.0]), 0.0);
        assert_eq!(norm::<f64, 0>([]), 0.0);
    }

    #[test]
    fn where_the_ranges_meet() {
        for scale in [1e-136_f64, 1e-135, 3e-136, 1e153, 1e154, 3e153] {
            let exact = scale * 14_f64.sqrt();
            let found = norm([scale, 2.0 * scale, 3.0 * scale]);
            assert!((found / exact - 1.0).abs() < 4.0 * f64::EPSILON, "{scale}");
        }
    }
}
