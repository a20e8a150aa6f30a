//! The derivative of the logarithm of the gamma function.
//!
//! Up to 3 it is a polynomial over one unit, times the distance from its zero, and reaches the other units by the recurrence; from there
//! on it is Stirling's formula (DLMF 5.11) with a polynomial for its series. Invariant: above 0 a result is right to 1.2 units in the last
//! place, next to the zero too; below, where zeros are anywhere, to 1.5 of the larger of the value, its mirror image at 1 - x, and 1.

use super::{TINY, Unit, around, constant, from_whole};
use crate::double::{Double, polynomial};
use crate::{Mask, Real};

/// Minimax fits, the highest power first; those with a centre have their constant there, in two parts.
struct Coefficients {
    /// ψ(1 + s) / (s - s₀), for s from 0 to 1, in s - 1/2.
    near_centre: (f64, f64),
    near: &'static [f64],
    /// The zero s₀.
    zero: (f64, f64),
    /// x² times what ψ(x) is below ln x - 1/(2x), for x from 3 on, in 1/x².
    far: &'static [f64],
    /// (πr cot πr - 1) / r² in r², for |r| up to 1/2.
    cotangent_centre: (f64, f64),
    cotangent: &'static [f64],
}

const SINGLE: Coefficients = Coefficients {
    near_centre: (0.951_055_884_361_267_1, -8.329_434_031_395_522e-9),
    near: &[
        0.010_902_588_255_703_45,
        -0.016_373_619_437_217_712,
        0.017_114_989_459_514_618,
        -0.025_786_884_129_047_394,
        0.040_850_028_395_652_77,
        -0.062_055_978_924_036_026,
        0.094_984_687_864_780_43,
        -0.148_398_861_289_024_35,
        0.240_542_531_013_488_77,
        -0.423_627_495_765_686_04,
    ],
    zero: (0.461_632_132_530_212_4, 1.243_815_006_546_356e-8),
    far: &[
        -0.002_966_348_780_319_094_7,
        0.003_893_513_232_469_558_7,
        -0.008_331_742_137_670_517,
        0.083_333_328_366_279_6,
    ],
    cotangent_centre: (-3.289_868_116_378_784, -1.449_343_933_757_063_5e-8),
    cotangent: &[
        -6.065_015_792_846_68,
        -0.000_118_695_614_219_177_51,
        -2.464_389_562_606_811_5,
        -1.944_676_756_858_825_7,
        -2.011_921_644_210_815_4,
        -2.034_566_164_016_723_6,
        -2.164_647_817_611_694_3,
    ],
};

const DOUBLE: Coefficients = Coefficients {
    near_centre: (0.951_055_876_031_832_8, 4.292_118_102_788_199e-17),
    near: &[
        -8.153_978_973_309_418e-5,
        0.000_122_309_830_554_067_47,
        -6.115_542_617_507_51e-5,
        9.173_383_289_174_792e-5,
        -0.000_217_868_214_550_145_1,
        0.000_326_806_804_414_176_4,
        -0.000_459_962_514_461_257_6,
        0.000_689_971_780_116_684_1,
        -0.001_042_261_556_504_223,
        0.001_563_567_975_753_388_5,
        -0.002_344_650_082_351_321,
        0.003_518_080_075_106_669_4,
        -0.005_280_017_820_898_74,
        0.007_927_024_067_961_237,
        -0.011_908_215_172_584_002,
        0.017_907_248_195_969_127,
        -0.026_975_796_844_275_36,
        0.040_760_833_944_626_57,
        -0.061_922_133_271_657_06,
        0.094_988_724_452_83,
        -0.148_404_923_053_917_61,
        0.240_542_484_240_787_36,
        -0.423_627_421_281_460_47,
    ],
    zero: (0.461_632_144_968_362_36, -1.552_234_816_285_867_7e-17),
    far: &[
        -21.298_613_337_013_41,
        17.261_883_761_190_983,
        -6.706_334_097_588_544,
        1.745_863_355_876_884_3,
        -0.374_300_450_817_251_44,
        0.080_640_473_980_670_98,
        -0.021_019_164_896_976_52,
        0.007_574_430_608_818_69,
        -0.004_166_652_178_650_307,
        0.003_968_253_884_920_039,
        -0.008_333_333_333_142_599,
        0.083_333_333_333_333_26,
    ],
    cotangent_centre: (-3.289_868_133_696_453, -5.881_938_586_722_452e-17),
    cotangent: &[
        -18.391_967_765_908_955,
        18.391_967_763_577_57,
        -14.943_473_816_795_24,
        3.161_119_429_894_059_3,
        -3.405_836_923_396_518_7,
        -1.727_615_124_757_811,
        -2.038_249_022_215_606_7,
        -1.996_097_485_576_224,
        -2.000_319_674_157_717_4,
        -2.000_107_311_804_003,
        -2.000_492_722_028_886,
        -2.001_989_137_271_178,
        -2.008_154_712_581_119,
        -2.034_686_123_967_514,
        -2.164_646_467_422_280_3,
    ],
};

#[inline(always)]
fn coefficients<T: Real>() -> &'static Coefficients {
    if T::IS_SINGLE { &SINGLE } else { &DOUBLE }
}

/// See [`Real::digamma`].
#[inline(always)]
pub fn digamma<T: Real>(x: T) -> T {
    let (zero, infinity) = (T::of(0.0), T::of(f64::INFINITY));
    let size = x.abs();
    let unit = Unit::of(size);
    let (first, whole) = digamma_of_positive(&unit);
    let mut value = whole.rounded();
    let below = x.less(zero);
    if below.any() {
        let reflected = digamma_of_negative(size, &unit, [first, whole]);
        value = T::select(below, reflected, value);
    }
    value = T::select(size.less(T::of(TINY)), T::of(-1.0) / x, value);
    T::select(x.equal(infinity), infinity, T::select(x.equal(x), value, x))
}

/// ψ(1 + s), which only numbers below 3 have, and ψ(x).
#[inline(always)]
fn digamma_of_positive<T: Real>(unit: &Unit<T>) -> (Double<T>, Double<T>) {
    let table = coefficients::<T>();
    let inverse = Double::quotient(T::of(1.0), Double::of(unit.step));
    let (mut first, mut whole) = (inverse, inverse);
    if unit.near.any() {
        let zero = constant::<T>(table.zero);
        let mut factor = Double::sum_of_any(unit.s, -zero.high);
        factor.low = factor.low - zero.low;
        first = unit.times_polynomial(factor, table.near_centre, table.near);
        let none = Double::of(T::of(0.0));
        let step = Double::select(unit.below_two, none, inverse);
        let step = Double::select(unit.below_one, inverse.opposite(), step);
        whole = first.plus_any(step);
    }
    if (!unit.near).any() {
        // Stirling's formula, derived.
        let half = T::of(-0.5);
        let square = inverse.high * inverse.high;
        let rest = Double {
            high: inverse.high * half,
            low: inverse.low * half - polynomial(square, table.far) * square,
        };
        let far = Double::ln(unit.step).plus(rest);
        whole = Double::select(unit.near, whole, far);
    }
    (first, whole)
}

/// ψ(-a) = ψ(1 + a) + π cot πa.
#[inline(always)]
fn digamma_of_negative<T: Real>(a: T, unit: &Unit<T>, [first, whole]: [Double<T>; 2]) -> T {
    let (zero, one) = (T::of(0.0), T::of(1.0));
    let table = coefficients::<T>();
    let r = from_whole(a);
    let pole = r.equal(zero);
    let inverse = Double::quotient(one, Double::of(T::select(pole, one, r)));
    // It is 0 at a half, so its square is kept in two parts as well.
    let square = Double::product(r, r);
    let ratio = around(square.high, table.cotangent_centre, table.cotangent).times_double(square);
    let ratio = Double::of(one).plus(ratio);
    let cotangent = inverse.times_double(ratio);
    let next = whole.plus_any(Double::quotient(one, Double::of(a)));
    let next = Double::select(unit.below_one, first, next);
    let value = next.plus_any(cotangent).rounded();
    T::select(pole, T::of(f64::NAN), value)
}

#[cfg(test)]
mod tests {
    use crate::Number;

    /// Poles, infinities, the smallest numbers, and what is no number.
    fn corners<T: Number>() {
        let of = T::of;
        for pole in [-1.0, -2.0, -300.0, -1e30] {
            assert!(of(pole).digamma().is_nan());
        }
        assert!(of(0.0).digamma() == -T::INFINITY && of(-0.0).digamma() == T::INFINITY);
        assert!(T::INFINITY.digamma() == T::INFINITY);
        assert!((-T::INFINITY).digamma().is_nan() && T::NAN.digamma().is_nan());
        let tiny = T::MIN_POSITIVE * T::EPSILON;
        assert!(tiny.digamma() == of(-1.0) / tiny);
        assert!(of(0.0).polygamma(of(2.5)) == of(2.5).digamma());
    }

    #[test]
    fn poles_and_infinities() {
        corners::<f32>();
        corners::<f64>();
    }
}
