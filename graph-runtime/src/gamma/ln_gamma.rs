//! The logarithm of the gamma function.
//!
//! Up to 3 it is a polynomial over one unit, times the two factors that are 0 where it is, and reaches the other units by the recurrence;
//! from there on it is Stirling's formula (DLMF 5.11) with a polynomial for its series. Invariant: above 0 a result is right to 1 unit in
//! the last place, next to the zeros too; below, where zeros are anywhere, to 1.5 of the larger of the value, its mirror image at
//! 1 - x, and 1.

use super::{TINY, Unit, constant, from_whole};
use crate::double::{Double, polynomial};
use crate::{Mask, Real};

/// Minimax fits, the highest power first; the one with a centre has its constant there, in two parts.
struct Coefficients {
    /// ln Γ(1 + s) / (s (s - 1)), for s from 0 to 1, in s - 1/2.
    near_centre: (f64, f64),
    near: &'static [f64],
    /// (ln 2π - 1) / 2.
    constant: (f64, f64),
    /// x times what ln Γ(x) is above (x - 1/2) (ln x - 1) + (ln 2π - 1) / 2, for x from 3 on, in 1/x².
    far: &'static [f64],
    /// (sin πr / πr - 1) / r² in r², for |r| up to 1/2.
    sine: &'static [f64],
}

const SINGLE: Coefficients = Coefficients {
    near_centre: (0.483_128_964_900_970_46, -1.262_058_457_740_522_5e-8),
    near: &[
        -0.001_487_484_318_204_224_1,
        0.002_446_744_590_997_696,
        -0.003_137_736_348_435_282_7,
        0.005_325_992_126_017_809,
        -0.009_432_411_752_641_201,
        0.016_808_098_182_082_176,
        -0.031_308_274_716_138_84,
        0.062_911_055_982_112_88,
        -0.145_959_898_829_460_14,
    ],
    constant: (0.418_938_547_372_818, -1.416_814_487_953_388_4e-8),
    far: &[
        -0.000_454_428_314_696_997_4,
        0.000_784_718_431_532_383,
        -0.002_777_586_225_420_236_6,
        0.083_333_335_816_860_2,
    ],
    sine: &[
        0.024_999_966_844_916_344,
        -0.190_573_677_420_616_15,
        0.811_733_543_872_833_3,
        -1.644_933_938_980_102_5,
    ],
};

const DOUBLE: Coefficients = Coefficients {
    near_centre: (0.483_128_950_540_980_9, 1.728_379_480_196_658e-17),
    near: &[
        -7.760_660_152_513_446e-6,
        1.214_000_808_397_340_7e-5,
        -8.355_075_869_795_273e-6,
        1.318_601_907_399_683_5e-5,
        -2.720_167_302_550_475_2e-5,
        4.302_768_149_765_03e-5,
        -6.614_136_022_346_414e-5,
        0.000_105_355_124_837_855_91,
        -0.000_168_917_821_552_489_8,
        0.000_271_313_738_614_469_25,
        -0.000_437_993_074_796_139_14,
        0.000_711_519_067_515_296,
        -0.001_164_414_584_731_012_4,
        0.001_922_916_312_790_516_1,
        -0.003_212_074_073_715_281_4,
        0.005_446_457_839_126_065,
        -0.009_425_622_448_525_798,
        0.016_797_098_631_274_16,
        -0.031_308_487_501_010_646,
        0.062_911_401_074_564_39,
        -0.145_959_895_914_306_08,
    ],
    constant: (0.418_938_533_204_672_7, 1.672_820_965_058_541_3e-17),
    far: &[
        -1.259_174_137_870_664_7,
        1.036_437_628_721_075_5,
        -0.413_029_400_916_720_14,
        0.112_296_674_614_209_63,
        -0.025_917_635_484_284_59,
        0.006_266_355_072_207_451,
        -0.001_913_556_419_457_353_5,
        0.000_841_678_862_598_761,
        -0.000_595_237_306_322_701_6,
        0.000_793_650_789_102_048_8,
        -0.002_777_777_777_767_353,
        0.083_333_333_333_333_33,
    ],
    sine: &[
        2.459_180_384_815_939e-7,
        -6.972_960_555_564_221e-6,
        0.000_148_428_178_166_936_18,
        -0.002_346_080_963_492_399_5,
        0.026_147_847_813_078_808,
        -0.190_751_824_121_941_28,
        0.811_742_425_283_351_9,
        -1.644_934_066_848_226_4,
    ],
};

#[inline(always)]
fn coefficients<T: Real>() -> &'static Coefficients {
    if T::IS_SINGLE { &SINGLE } else { &DOUBLE }
}

/// See [`Real::ln_gamma`].
#[inline(always)]
pub fn ln_gamma<T: Real>(x: T) -> T {
    let (zero, infinity) = (T::of(0.0), T::of(f64::INFINITY));
    let size = x.abs();
    let unit = Unit::of(size);
    let (first, whole) = ln_gamma_of_positive(size, &unit);
    let mut value = whole.rounded();
    let below = x.less(zero);
    if below.any() {
        let reflected = ln_gamma_of_negative(size, &unit, [first, whole]);
        value = T::select(below, reflected, value);
    }
    let tiny = size.less(T::of(TINY));
    if tiny.any() {
        value = T::select(tiny, -size.ln(), value);
    }
    T::select(
        size.equal(infinity),
        infinity,
        T::select(x.equal(x), value, x),
    )
}

/// ln Γ(1 + s), which only numbers below 3 have, and ln Γ(x).
#[inline(always)]
fn ln_gamma_of_positive<T: Real>(x: T, unit: &Unit<T>) -> (Double<T>, Double<T>) {
    let table = coefficients::<T>();
    let ln = Double::ln(unit.step);
    let (mut first, mut whole) = (ln, ln);
    if unit.near.any() {
        let factor = Double::sum(T::of(-1.0), unit.s).times(unit.s);
        first = unit.times_polynomial(factor, table.near_centre, table.near);
        whole = first.plus_any(Double::select(unit.below_one, ln.opposite(), ln));
    }
    if (!unit.near).any() {
        whole = Double::select(unit.near, whole, by_stirling(x, ln, table));
    }
    (first, whole)
}

/// (x - 1/2) (ln x - 1) + (ln 2π - 1) / 2, and the series.
#[inline(always)]
fn by_stirling<T: Real>(x: T, ln: Double<T>, table: &Coefficients) -> Double<T> {
    let slope = ln.plus_any(Double::of(T::of(-1.0)));
    let main = Double::sum_of_any(x, T::of(-0.5)).times_double(slope);
    let mut rest = constant::<T>(table.constant);
    rest.low = rest.low + stirling_series(x);
    // What overflows has no low part.
    let beyond = main.high.equal(T::of(f64::INFINITY));
    Double::select(beyond, Double::of(main.high), main.plus_any(rest))
}

/// ln Γ(x) in two parts, for x from 1 on.
pub(super) fn ln_gamma_in_two_parts(x: f64) -> Double<f64> {
    ln_gamma_of_positive(x, &Unit::of(x)).1
}

/// ln Γ(1 + x) in two parts, for x from 0 to 1, which keeps its digits next to 0.
pub(super) fn ln_gamma_of_next(x: f64) -> Double<f64> {
    ln_gamma_of_positive(x, &Unit::of(x)).0
}

/// What ln Γ(x) is above (x - 1/2) ln x - x + ln √2π, for x from 3 on.
#[inline(always)]
pub(super) fn stirling_series<T: Real>(x: T) -> T {
    let inverse = T::of(1.0) / x;
    polynomial(inverse * inverse, coefficients::<T>().far) * inverse
}

/// ln |Γ(-a)| = -ln |sin πa / π| - ln Γ(1 + a).
#[inline(always)]
fn ln_gamma_of_negative<T: Real>(a: T, unit: &Unit<T>, [first, whole]: [Double<T>; 2]) -> T {
    let (zero, one) = (T::of(0.0), T::of(1.0));
    let r = from_whole(a);
    let square = r * r;
    let sine =
        Double::sum(one, polynomial(square, coefficients::<T>().sine) * square).times(r.abs());
    // Below 1 ln Γ(1 + a) is there; above it is ln Γ(a) and ln a, which goes into one logarithm with the sine.
    let factor = T::select(unit.below_one, one, a);
    let product = sine.times(factor);
    let pole = r.equal(zero);
    let high = T::select(pole | a.less(T::of(TINY)), one, product.high);
    let mut ln = Double::ln(high);
    ln.low = ln.low + product.low / high;
    let sum = ln.plus_any(Double::select(unit.below_one, first, whole));
    T::select(pole, T::of(f64::INFINITY), -sum.rounded())
}

#[cfg(test)]
mod tests {
    use crate::Number;

    /// Poles, infinities, the smallest numbers, what overflows, and what is no number.
    fn corners<T: Number>() {
        let of = T::of;
        for pole in [0.0, -0.0, -1.0, -2.0, -300.0, -1e30] {
            assert!(of(pole).ln_gamma() == T::INFINITY);
        }
        assert!(T::INFINITY.ln_gamma() == T::INFINITY && (-T::INFINITY).ln_gamma() == T::INFINITY);
        assert!(T::NAN.ln_gamma().is_nan());
        let tiny = T::MIN_POSITIVE * T::EPSILON;
        assert!(tiny.ln_gamma() == -tiny.ln() && (-tiny).ln_gamma() == -tiny.ln());
        assert!(of(1e306).ln_gamma() == T::INFINITY);
    }

    #[test]
    fn poles_and_infinities() {
        corners::<f32>();
        corners::<f64>();
    }
}
