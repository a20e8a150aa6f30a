//! The normal distribution below 0, where it is small: its logarithm, and the density over it.
//!
//! All is made of one function, which of no number is large or small by itself: what φ(t) / Φ(-t) is above t, for t from 0 on. It is a
//! polynomial over t + 2 in (t - 4) / (t + 4), which maps all of these to a short interval. Invariant: nothing cancels, so that results
//! keep their digits however far out, up to 4 units in the last place.

use crate::Real;
use crate::double::{Double, polynomial};

/// (φ(t) / Φ(-t) - t) (t + 2), for t from 0 on, in (t - 4) / (t + 4): Chebyshev fits to 2⁻²⁷ and 2⁻⁵⁶, the highest power first.
const SINGLE: [f64; 14] = [
    0.000_245_984_390_249_895_04,
    -0.000_188_630_959_978_553,
    -0.001_497_918_355_241_384_7,
    0.001_678_431_171_229_880_5,
    0.004_562_668_571_098_556,
    -0.008_532_188_429_774_068,
    -0.007_590_967_643_700_782,
    0.032_154_194_297_480_565,
    -0.009_293_795_422_105_802,
    -0.086_786_355_061_237_76,
    0.151_128_571_990_976_26,
    0.005_916_238_935_187_857,
    -0.435_439_096_827_875_24,
    1.353_642_868_616_1,
];

const DOUBLE: [f64; 29] = [
    5.348_746_190_612_01e-9,
    5.999_385_825_590_436e-9,
    -6.089_378_968_182_849e-8,
    -3.804_643_850_889_143e-8,
    3.679_793_240_996_42e-7,
    -7.047_202_417_723_945e-10,
    -1.615_984_836_163_907e-6,
    1.180_868_403_334_810_6e-6,
    5.801_384_029_710_236e-6,
    -9.016_563_003_016_757e-6,
    -1.744_785_780_323_866_6e-5,
    4.541_839_103_225_832e-5,
    4.112_111_259_114_661e-5,
    -0.000_185_070_179_774_268_05,
    -5.061_053_461_633_647_6e-5,
    0.000_647_835_373_908_199,
    -0.000_175_301_620_137_676_18,
    -0.001_957_740_555_904_3,
    0.001_710_162_451_839_211_1,
    0.004_848_910_870_057_912,
    -0.008_566_555_888_467_92,
    -0.007_686_208_859_156_292,
    0.032_168_312_522_666_866,
    -0.009_278_372_129_776_115,
    -0.086_788_886_628_359_08,
    0.151_127_621_893_637_18,
    0.005_916_402_474_851_804,
    -0.435_439_087_160_517_3,
    1.353_642_866_936_826_3,
];

/// ln √2π, and 1/√2π.
const LN_ROOT_OF_TAU: f64 = 0.918_938_533_204_672_8;
const OVER_ROOT_OF_TAU: f64 = 0.398_942_280_401_432_7;

/// φ(t) / Φ(-t) - t, for t from 0 on.
#[inline(always)]
fn gap<T: Real>(t: T) -> T {
    let four = T::of(4.0);
    // All that is farther out is at the end of the interval.
    let near = t.min(T::of(1e30));
    let s = (near - four) / (near + four);
    let above = if T::IS_SINGLE {
        polynomial(s, &SINGLE)
    } else {
        polynomial(s, &DOUBLE)
    };
    above / (t + T::of(2.0))
}

/// t²/2 in two parts; of what is too large for them, the first alone.
#[inline(always)]
fn half_square<T: Real>(t: T) -> Double<T> {
    let half = t * T::of(0.5);
    let square = Double::product(t.min(T::of(1e15)), half.min(T::of(1e15)));
    let moderate = t.less(T::of(1e15));
    Double::select(moderate, square, Double::of(t * half))
}

/// φ(t), for t from 0 on.
#[inline(always)]
fn density<T: Real>(t: T) -> T {
    // From here on it is 0.
    let Double { high, low } = half_square(t.min(T::of(40.0)));
    let power = (-high).exp() * T::of(OVER_ROOT_OF_TAU);
    power - power * low
}

/// See [`Real::normal_ln_cdf`].
#[inline(always)]
pub fn normal_ln_cdf<T: Real>(x: T) -> T {
    let t = x.abs();
    let ratio = gap(t) + t;
    let Double { high, low } = half_square(t);
    let below = -(high + ((ratio.ln() + T::of(LN_ROOT_OF_TAU)) + low));
    let above = (-(density(t) / ratio)).ln_1p();
    T::select(x.greater(T::of(0.0)), above, below)
}

/// See [`Real::inverse_mills`].
#[inline(always)]
pub fn inverse_mills<T: Real>(x: T) -> T {
    let t = x.abs();
    let ratio = gap(t) + t;
    let density = density(t);
    let above = density * ratio / (ratio - density);
    let finite = T::select(t.equal(T::of(f64::INFINITY)), T::of(0.0), above);
    T::select(x.greater(T::of(0.0)), finite, ratio)
}

/// See [`Real::inverse_mills_gap`].
#[inline(always)]
pub fn inverse_mills_gap<T: Real>(x: T) -> T {
    let above = x + inverse_mills(x);
    T::select(x.greater(T::of(0.0)), above, gap(x.abs()))
}
