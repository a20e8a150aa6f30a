//! Bessel functions: those of the first kind, and the modified ones scaled by e^-|x|.
//!
//! The modified ones of orders 0 and 1 are polynomials, one up to 8 and one in 1/x above, the same for numbers and lanes; those of
//! the first kind and of any order go number by number, as `f64`. Invariant: `i0e` and `i1e` are right to 4 units in the last place, and
//! of any order to 20; J is off by no more than 3 units in the last place of 1.

use crate::Real;
use crate::double::{Double, polynomial};

/// Fits of one order: the highest power first.
struct Fits {
    /// e^-x I₀(x) (2 + x), or e^-x I₁(x) / x (2 + x)², up to 8, in (x - 4) / 4: Chebyshev fits to 2⁻²⁶ and 2⁻⁵⁷.
    near: &'static [f64],
    /// √x e^-x Iₙ(x), from 8 on, in 16/x - 1: to 2⁻²⁶ and 2⁻⁵⁶.
    far: &'static [f64],
}

const SINGLE_0: Fits = Fits {
    near: &[
        -0.001_387_733_957_728_561_3,
        0.003_156_359_944_108_837,
        -0.000_221_037_674_938_034_5,
        -0.001_073_519_059_049_926_6,
        -0.007_663_476_546_665_418,
        0.012_550_200_009_206_008,
        -0.005_490_699_571_909_699,
        -0.001_076_916_707_456_294_7,
        0.008_529_276_477_898_314,
        -0.029_320_827_842_566_472,
        0.062_636_605_339_357_9,
        -0.100_494_918_421_930_87,
        0.135_780_266_759_801_98,
        -0.160_362_585_540_566_23,
        0.167_887_735_205_496_69,
        -0.156_200_651_335_475_48,
        0.115_076_446_929_563_3,
        0.149_981_765_640_584_9,
        1.242_011_527_343_920_3,
    ],
    far: &[
        3.547_620_081_921_683_4e-7,
        1.639_039_832_573_537_8e-6,
        1.112_215_573_592_014_6e-5,
        0.000_136_156_153_506_676_6,
        0.003_360_553_136_607_531,
        0.402_176_512_789_645_83,
    ],
};

const DOUBLE_0: Fits = Fits {
    near: &[
        1.087_974_740_036_069e-8,
        -3.961_395_797_422_201_4e-8,
        5.793_125_513_597_631e-8,
        -1.778_538_254_705_109_2e-7,
        7.898_657_361_608_909e-7,
        -2.388_332_733_173_324e-6,
        6.382_361_681_566_96e-6,
        -1.731_172_631_356_266_6e-5,
        4.530_550_530_023_135e-5,
        -0.000_111_115_074_320_115_04,
        0.000_256_564_501_242_412_8,
        -0.000_556_981_608_584_935_4,
        0.001_127_851_939_906_043_2,
        -0.002_109_747_771_501_759_5,
        0.003_597_183_522_330_934,
        -0.005_466_809_370_925_843,
        0.007_085_912_862_223_927,
        -0.006_970_158_881_165_765,
        0.002_615_719_845_780_967_3,
        0.009_123_675_565_325_323,
        -0.030_807_568_634_231_397,
        0.062_497_409_516_628_376,
        -0.100_146_270_075_864_57,
        0.135_797_831_787_012_24,
        -0.160_406_620_794_815_85,
        0.167_886_731_609_805_86,
        -0.156_198_134_004_755_3,
        0.115_076_463_694_888_16,
        0.149_981_723_578_713_9,
        1.242_011_527_343_920_3,
    ],
    far: &[
        -7.068_938_511_818_78e-11,
        -1.921_676_372_493_351_3e-11,
        5.181_936_971_288_284e-10,
        1.467_223_665_921_439_8e-10,
        -1.778_937_504_291_717_3e-9,
        -5.562_201_990_080_394e-10,
        3.881_151_253_996_067e-9,
        1.497_880_830_187_091e-9,
        -6.188_265_090_497_361e-9,
        -3.485_788_747_003_495_5e-9,
        7.580_221_339_152_72e-9,
        7.540_601_378_890_834e-9,
        -5.468_597_449_586_6e-9,
        -1.340_424_199_198_087_1e-8,
        -6.729_724_111_923_548e-9,
        7.553_516_470_355_896e-9,
        2.154_517_765_083_600_5e-8,
        3.932_602_459_703_109e-8,
        8.872_253_511_285_84e-8,
        2.973_598_432_479_169e-7,
        1.483_847_547_360_739_1e-6,
        1.114_303_379_155_674_3e-5,
        0.000_136_216_074_392_327_46,
        0.003_360_551_983_667_854,
        0.402_176_509_445_008_1,
    ],
};

const SINGLE_1: Fits = Fits {
    near: &[
        0.000_827_247_171_611_918,
        -0.001_781_592_836_693_282_8,
        -0.000_333_245_565_810_674_3,
        0.001_709_630_448_318_054,
        0.002_444_158_589_848_384,
        -0.003_059_497_392_211_794,
        -0.005_063_930_095_017_4,
        0.013_937_966_449_549_815,
        -0.023_039_491_375_004_276,
        0.036_695_020_400_416_81,
        -0.048_825_404_975_682_83,
        0.047_947_228_547_342_596,
        -0.024_867_431_084_574_954,
        -0.024_995_183_321_300_768,
        0.097_382_384_030_885_99,
        -0.176_596_866_300_969_4,
        0.231_108_740_193_594_34,
        -0.055_466_121_275_431_58,
        1.608_757_555_521_918,
    ],
    far: &[
        -1.221_249_846_594_111_4e-7,
        -4.215_554_372_981_576_5e-7,
        -1.826_714_504_663_538_8e-6,
        -1.500_332_306_614_829e-5,
        -0.000_219_236_669_428_598_45,
        -0.009_749_581_526_547_915,
        0.389_398_459_025_872_33,
    ],
};

const DOUBLE_1: Fits = Fits {
    near: &[
        -8.524_812_823_455_054e-9,
        3.067_424_598_890_812e-8,
        -4.271_272_875_272_255e-8,
        1.278_294_384_295_717_5e-7,
        -5.736_940_070_994_524e-7,
        1.698_455_023_286_325_2e-6,
        -4.383_249_653_915_971e-6,
        1.150_955_847_591_664_5e-5,
        -2.906_660_658_841_108e-5,
        6.808_314_617_145_422e-5,
        -0.000_148_288_822_130_358_7,
        0.000_298_622_121_601_493_97,
        -0.000_545_960_043_099_338_8,
        0.000_879_003_181_182_728_4,
        -0.001_167_687_648_836_582_3,
        0.001_028_635_115_989_904_3,
        0.000_324_010_878_259_236_94,
        -0.004_108_408_637_228_787,
        0.011_644_796_148_400_431,
        -0.023_423_935_952_308_576,
        0.037_619_992_372_376_38,
        -0.048_735_292_497_195_75,
        0.047_730_059_472_345_23,
        -0.024_878_809_121_438_777,
        -0.024_967_733_223_577_28,
        0.097_383_034_355_312_73,
        -0.176_598_436_227_820_48,
        0.231_108_729_328_175_6,
        -0.055_466_095_038_762_61,
        1.608_757_555_521_918,
    ],
    far: &[
        7.347_992_441_734_663e-11,
        1.750_249_777_870_130_6e-11,
        -5.388_285_995_923_524e-10,
        -1.342_266_320_082_222e-10,
        1.851_371_674_551_198_8e-9,
        5.146_498_826_087_142e-10,
        -4.047_785_403_711_858e-9,
        -1.417_169_801_866_459_6e-9,
        6.487_019_571_981_689_6e-9,
        3.406_636_130_196_794e-9,
        -8.044_231_276_166_508e-9,
        -7.630_751_970_065_577e-9,
        6.040_877_342_160_988e-9,
        1.402_969_358_985_271_6e-8,
        6.715_795_128_085_017e-9,
        -8.426_622_829_598_154e-9,
        -2.337_059_627_111_857e-8,
        -4.312_935_369_971_356e-8,
        -1.000_132_346_106_643_5e-7,
        -3.483_855_609_009_937e-7,
        -1.834_910_113_466_643_5e-6,
        -1.503_854_720_117_627_1e-5,
        -0.000_219_235_763_834_302_74,
        -0.009_749_577_193_235_728,
        0.389_398_459_025_872_33,
    ],
};

/// Where the two fits meet.
const LIMIT: f64 = 8.0;

/// The polynomial up to the limit, over 2 + x as the function falls, and the function beyond it.
#[inline(always)]
fn both<T: Real>(size: T, fits: &Fits) -> (T, T) {
    let (half, one) = (T::of(LIMIT / 2.0), T::of(1.0));
    let near = polynomial((size - half) / half, fits.near);
    let far = polynomial(T::of(2.0 * LIMIT) / size - one, fits.far);
    (near / (size + T::of(2.0)), far / size.sqrt())
}

/// See [`Real::bessel_i0e`].
#[inline(always)]
pub fn bessel_i0e<T: Real>(x: T) -> T {
    let size = x.abs();
    let fits = if T::IS_SINGLE { &SINGLE_0 } else { &DOUBLE_0 };
    let (near, far) = both(size, fits);
    T::select(size.less(T::of(LIMIT)), near, far)
}

/// See [`Real::bessel_i1e`].
#[inline(always)]
pub fn bessel_i1e<T: Real>(x: T) -> T {
    let size = x.abs();
    let fits = if T::IS_SINGLE { &SINGLE_1 } else { &DOUBLE_1 };
    let (near, far) = both(size, fits);
    let far = T::select(x.less(T::of(0.0)), -far, far);
    T::select(size.less(T::of(LIMIT)), x * near / (size + T::of(2.0)), far)
}

/// See [`Real::bessel_j0`].
#[inline(always)]
pub fn bessel_j0<T: Real>(x: T) -> T {
    let [y] = T::lane_by_lane([x], |[x]| [libm::j0(x)]);
    y
}

/// See [`Real::bessel_j1`].
#[inline(always)]
pub fn bessel_j1<T: Real>(x: T) -> T {
    let [y] = T::lane_by_lane([x], |[x]| [libm::j1(x)]);
    y
}

/// The orders that are offered.
const MOST: u32 = 200;

/// A number as an order, if it is one.
fn order(n: f64) -> Option<u32> {
    let order = n as u32;
    (f64::from(order) == n && order <= MOST).then_some(order)
}

/// See [`Real::bessel_j`].
#[inline(always)]
pub fn bessel_j<T: Real>(n: T, x: T) -> T {
    let [y] = T::lane_by_lane([n, x], |[n, x]| {
        [order(n).map_or(f64::NAN, |n| libm::jn(n as i32, x))]
    });
    y
}

/// See [`Real::bessel_ie`].
#[inline(always)]
pub fn bessel_ie<T: Real>(n: T, x: T) -> T {
    let [y] = T::lane_by_lane([n, x], |[n, x]| {
        [order(n).map_or(f64::NAN, |n| scaled(n, x))]
    });
    y
}

/// e^-|x| Iₙ(x).
fn scaled(n: u32, x: f64) -> f64 {
    let size = x.abs();
    let order = f64::from(n);
    let value = match n {
        0 => return bessel_i0e(x),
        1 => return bessel_i1e(x),
        _ if size * size < 4.0 * (order + 1.0) => by_series(n, size),
        _ if size > 60.0 && size > order * order => by_asymptotic_series(order, size),
        _ => by_recurrence(n, size),
    };
    if n % 2 == 1 && x < 0.0 { -value } else { value }
}

/// (x/2)ⁿ / n! Σ (x²/4)ᵏ / (k! (n + 1) … (n + k)), whose terms fall.
fn by_series(n: u32, x: f64) -> f64 {
    let first = (1..=n).fold(Double::of(Real::exp(-x)), |power, k| {
        power.times_double(Double::quotient(0.5 * x, Double::of(f64::from(k))))
    });
    let (quarter, mut term, mut sum) = (0.25 * x * x, 1.0, 1.0);
    for k in 1..60_u32 {
        term *= quarter / (f64::from(k) * f64::from(n + k));
        sum += term;
    }
    first.rounded() * sum
}

/// Hankel's series (DLMF 10.40.1), up to its smallest term.
fn by_asymptotic_series(n: f64, x: f64) -> f64 {
    if x == f64::INFINITY {
        return 0.0;
    }
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..200_u32 {
        let odd = f64::from(2 * k - 1);
        let factor = (odd * odd - 4.0 * n * n) / (8.0 * f64::from(k) * x);
        if Real::abs(factor) >= 1.0 || Real::abs(term) < 1e-18 {
            break;
        }
        term *= factor;
        sum += term;
    }
    sum / Real::sqrt(core::f64::consts::TAU * x)
}

/// Miller's algorithm: the recurrence downwards from where the function is nothing beside those asked for, scaled so that
/// I₀ + 2 Σ Iₖ is eˣ.
fn by_recurrence(n: u32, x: f64) -> f64 {
    let start = n + 40 + (9.0 * Real::sqrt(x)) as u32;
    let (mut above, mut here, mut sum, mut wanted) = (0.0, 1e-290, 0.0, 0.0);
    for k in (1..=start).rev() {
        if k == n {
            wanted = here;
        }
        sum += 2.0 * here;
        (above, here) = (here, above + here * (f64::from(2 * k) / x));
        if here > 1e250 {
            let scale = 1e-250;
            (above, here, sum, wanted) = (above * scale, here * scale, sum * scale, wanted * scale);
        }
    }
    wanted / (sum + here)
}

#[cfg(test)]
mod tests {
    use crate::Number;

    /// Zeros with their signs, infinities, orders that are none, and what is no number.
    fn corners<T: Number>() {
        let (of, nan, infinity) = (T::of, T::NAN, T::INFINITY);
        let bits = |x: T| x.to_f64().to_bits();
        for zero in [0.0, -0.0] {
            assert!(of(zero).bessel_i0e() == of(1.0) && of(zero).bessel_j0() == of(1.0));
            assert_eq!(bits(of(zero).bessel_i1e()), zero.to_bits());
            assert_eq!(bits(of(zero).bessel_j1()), zero.to_bits());
            assert!(
                of(2.0).bessel_j(of(zero)) == of(0.0) && of(2.0).bessel_ie(of(zero)) == of(0.0)
            );
        }
        for x in [infinity, -infinity] {
            assert!(x.bessel_i0e() == of(0.0) && x.bessel_i1e() == of(0.0));
            assert!(x.bessel_j0() == of(0.0) && x.bessel_j1() == of(0.0));
            assert!(of(3.0).bessel_j(x) == of(0.0) && of(3.0).bessel_ie(x) == of(0.0));
        }
        for n in [0.5, -1.0, 201.0] {
            assert!(of(n).bessel_j(of(1.0)).is_nan() && of(n).bessel_ie(of(1.0)).is_nan());
        }
        assert!(of(2.0).bessel_j(nan).is_nan() && of(2.0).bessel_ie(nan).is_nan());
        assert!(nan.bessel_j(of(2.0)).is_nan() && nan.bessel_ie(of(2.0)).is_nan());
    }

    #[test]
    fn zeros_infinities_and_orders() {
        corners::<f32>();
        corners::<f64>();
    }
}
