//! The constants and polynomials that make one algorithm serve both precisions.
//!
//! Invariant: nothing but numbers. Polynomials are minimax fits with coefficients rounded to their type, the highest
//! power first; each says what it is a fit of and where, and its own relative error is below 2⁻²⁵·⁵ for `f32` and 2⁻⁵⁴·⁸
//! for `f64`, which is less than a third of the last place.

#![allow(
    clippy::approx_constant,
    clippy::excessive_precision,
    clippy::unreadable_literal,
    reason = "coefficients are fits, and constants are split into parts"
)]

use crate::Number;

/// The numbers of one precision.
pub trait Precision: Number {
    /// 1.5 times the power of two at which numbers are whole: `x + SHIFT` is `x` rounded, in its lowest bits.
    const SHIFT: Self;
    /// The same for multiples of one half.
    const HALF_SHIFT: Self;
    /// A power of two at which numbers are whole; its bits joined with a small whole number are their sum.
    const WHOLE: Self;
    /// All bits of the significand.
    const SIGNIFICAND: Self;
    /// The largest finite number.
    const MAX: Self;
    /// Below this in size, `x + x²` rounds to `x`.
    const TINY: Self;
    /// Above this, `1 + x²` rounds to `x²`, which does not overflow yet.
    const FAR: Self;
    /// The exponent of 1 as it is stored.
    const BIAS: Self;

    /// ln 2, of few enough bits that any exponent times it is exact.
    const LN_2_HIGH: Self;
    /// What is missing from [`Self::LN_2_HIGH`].
    const LN_2_LOW: Self;
    /// log₁₀ 2, likewise.
    const LOG10_2_HIGH: Self;
    /// What is missing from [`Self::LOG10_2_HIGH`].
    const LOG10_2_LOW: Self;
    /// What log₁₀ e is above its nearest number.
    const LOG10_E_LOW: Self;

    /// π in three full parts, for fused products; all positive, so that a zero keeps its sign when they are taken off it.
    const PI_FUSED: [Self; 3];
    /// What π/2 is above its nearest number.
    const HALF_PI_LOW: Self;
    /// π in parts that are exact when multiplied by a quotient below [`Self::SMALL_ANGLE`].
    const PI_SHORT: [Self; 4];
    /// Below this in size, the cosine rounds to 1.
    const FLAT_ANGLE: Self;
    /// The largest angle that [`Self::PI_FUSED`] reduces.
    const LARGE_ANGLE: Self;
    /// The largest angle that [`Self::PI_SHORT`] reduces.
    const SMALL_ANGLE: Self;

    /// Below this, `exp` is 0.
    const EXP_LOWEST: Self;
    /// Above this, `exp` is infinite.
    const EXP_HIGHEST: Self;
    /// Up to this in size, `exp` of a number is normal.
    const EXP_NORMAL: Self;
    /// Below this, `exp2` is 0.
    const EXP2_LOWEST: Self;
    /// Above this, `exp2` is infinite.
    const EXP2_HIGHEST: Self;
    /// Up to this in size, `exp2` of a number is normal.
    const EXP2_NORMAL: Self;
    /// Above this, `sinh` and `cosh` are infinite.
    const SINH_HIGHEST: Self;
    /// Above this, `tanh` is 1; also `exp_m1` of its negative, doubled, is -1.
    const TANH_HIGHEST: Self;

    /// (exp r - 1 - r) / r², for |r| up to ln 2 / 2.
    const EXP: &'static [Self];
    /// (2^r - 1) / r, for |r| up to 1/2.
    const EXP2: &'static [Self];
    /// (cosh r - 1) / r² in r², for |r| up to 0.55.
    const COSH: &'static [Self];
    /// (sinh r - r) / r³ in r², for |r| up to 0.55.
    const SINH: &'static [Self];
    /// P of (tanh x - x) / x³ = P / Q in x², for |x| up to 0.55.
    const TANH_ABOVE: &'static [Self];
    /// Q.
    const TANH_BELOW: &'static [Self];
    /// (ln((1 + s) / (1 - s)) - 2s) / s³ in s², for |s| up to (√2 - 1) / (√2 + 1).
    const LN: &'static [Self];
    /// The same for |s| up to 1/3.
    const LN_WIDE: &'static [Self];
    /// (sin r - r) / r³ in r², for |r| up to π/2; moved by some last places, so that with fused products no number at all
    /// near π/2 gives more than 1.
    const SIN: &'static [Self];
    /// The same for |r| up to π/4.
    const SIN_QUARTER: &'static [Self];
    /// (cos r - 1 + r²/2) / r⁴ in r², for |r| up to π/4.
    const COS_QUARTER: &'static [Self];
    /// (tan r - r) / r³ in r², for |r| up to π/4.
    const TAN: &'static [Self];
    /// (atan t - t) / t³ in t², for |t| up to tan(π/8).
    const ATAN: &'static [Self];
    /// (asin t - t) / t³ in t², for |t| up to 1/2.
    const ASIN: &'static [Self];
    /// (ln((1 + s) / (1 - s)) - 2s - 2s³/3) / s⁵ in s², for |s| as in [`Self::LN`].
    const LN_TAIL: &'static [Self];
    /// The reciprocal of the cube root, between 1/√8 and √8, to 9 bits.
    const CBRT: &'static [Self];
    /// (erf x - x) / x in x², for |x| up to 0.65.
    const ERF: &'static [Self];
    /// exp(a²) erfc(a) (a + c) in (a - c) / (a + c) with c = [`Self::ERFC_CENTRE`], for a from 0.65 until `erfc` is 0.
    const ERFCX: &'static [Self];
    /// Where the variable of [`Self::ERFCX`] is 0.
    const ERFC_CENTRE: Self;
    /// Above this, `erfc` is 0.
    const ERFC_HIGHEST: Self;
    /// Beyond this, an exponent of any number but 1 gives 0 or infinity.
    const POWF_HIGHEST: Self;
    /// The bits that a number may have for its square to be exact.
    const UPPER_HALF: Self;
    /// Numbers whose quotients and sums stay away from both ends of the range.
    const MODERATE: [Self; 2];
    /// What 2/3 is above the nearest `f64`, as an `f64`.
    const TWO_THIRDS_LOW: f64 = 3.700743415417188e-17;
    /// The least and the greatest power of two that have an inverse.
    const POWERS: [Self; 2];
    /// The power whose bits are those of a number and of its inverse together.
    const TOP_POWER: Self;
}

#[rustfmt::skip]
impl Precision for f32 {
    const SHIFT: f32 = 12582912.0;
    const HALF_SHIFT: f32 = 6291456.0;
    const WHOLE: f32 = 8388608.0;
    const SIGNIFICAND: f32 = f32::from_bits(0x007f_ffff);
    const MAX: f32 = f32::MAX;
    const TINY: f32 = 2.9802322e-8;
    const FAR: f32 = 1e18;
    const BIAS: f32 = 127.0;

    const LN_2_HIGH: f32 = 0.693_138_1;
    const LN_2_LOW: f32 = 9.058_001e-6;
    const LOG10_2_HIGH: f32 = 0.301_025_4;
    const LOG10_2_LOW: f32 = 4.605_039e-6;
    const LOG10_E_LOW: f32 = -1.010305e-08;

    const PI_FUSED: [f32; 3] = [3.1415925, 1.5099579e-7, 1.0780605e-14];
    const HALF_PI_LOW: f32 = -4.371139e-8;
    const PI_SHORT: [f32; 4] = [3.1413574, 0.00023522973, 1.9840627e-9, 1.2446744e-13];
    const FLAT_ANGLE: f32 = f32::from_bits((127 - 12) << 23);
    const LARGE_ANGLE: f32 = 1e5;
    const SMALL_ANGLE: f32 = 1600.0;

    const EXP_LOWEST: f32 = -104.0;
    const EXP_HIGHEST: f32 = 89.0;
    const EXP_NORMAL: f32 = 87.0;
    const EXP2_LOWEST: f32 = -151.0;
    const EXP2_HIGHEST: f32 = 129.0;
    const EXP2_NORMAL: f32 = 126.0;
    const SINH_HIGHEST: f32 = 89.6;
    const TANH_HIGHEST: f32 = 10.0;

    const EXP: &[f32] = &[0.0013782479, 0.008368671, 0.041668963, 0.16666521, 0.4999999];
    const EXP2: &[f32] = &[0.00015241285, 0.0013391302, 0.009618834, 0.05550359, 0.24022645, std::f32::consts::LN_2];
    const COSH: &[f32] = &[0.0014005606, 0.041665368, 0.5];
    const SINH: &[f32] = &[0.00020013988, 0.008332997, 0.16666669];
    const TANH_ABOVE: &[f32] = &[-0.0038344876, -0.8237623];
    const TANH_BELOW: &[f32] = &[1.0, 2.4712877];
    const LN: &[f32] = &[0.29870707, 0.39977586, 0.66666776];
    const LN_WIDE: &[f32] = &[0.28006437, 0.2800309, 0.40021434, 0.6666642];
    const SIN: &[f32] = &[2.6046196e-06, -0.00019809502, 0.0083330702, -0.1666666];
    const SIN_QUARTER: &[f32] = &[-0.00019509417, 0.008332114, -0.16666654];
    const COS_QUARTER: &[f32] = &[2.44312e-05, -0.0013887304, 0.041666646];
    const TAN: &[f32] = &[0.0044484907, -5.603306e-05, 0.010950327, 0.021237906, 0.05406859, 0.13332585, 0.33333352];
    const ATAN: &[f32] = &[-0.060908984, 0.10599488, -0.1424443, 0.1999853, -0.33333316];
    const ASIN: &[f32] = &[0.042157013, 0.024185503, 0.04546902, 0.0749531, 0.16666752];
    const LN_TAIL: &[f32] = &[0.23419529, 0.28547093, 0.40000153];
    const CBRT: &[f32] = &[0.024599237, -0.2687999, 1.1982903, -2.816436, 3.789463, -3.0515928, 2.1247752];
    const ERF: &[f32] = &[0.004403657, -0.026573105, 0.11279465, -0.37612417, 0.12837915];
    const ERFCX: &[f32] = &[-0.00037749106, 0.0028318553, -0.0012885868, -0.026774675, 0.11954024, -0.31047255, 0.59022766, -0.8833943, 1.0740069];
    const ERFC_CENTRE: f32 = 3.0;
    const ERFC_HIGHEST: f32 = 10.3;
    const POWF_HIGHEST: f32 = 1e10;
    const UPPER_HALF: f32 = f32::from_bits(0xffff_f000);
    const MODERATE: [f32; 2] = [1e-30, 1e37];
    const POWERS: [f32; 2] = [f32::MIN_POSITIVE, f32::from_bits(253 << 23)];
    const TOP_POWER: f32 = f32::from_bits(254 << 23);
}

#[rustfmt::skip]
impl Precision for f64 {
    const SHIFT: f64 = 6755399441055744.0;
    const HALF_SHIFT: f64 = 3377699720527872.0;
    const WHOLE: f64 = 4503599627370496.0;
    const SIGNIFICAND: f64 = f64::from_bits(0x000f_ffff_ffff_ffff);
    const MAX: f64 = f64::MAX;
    const TINY: f64 = 5.551115123125783e-17;
    const FAR: f64 = 1e150;
    const BIAS: f64 = 1023.0;

    const LN_2_HIGH: f64 = 0.6931471803691238;
    const LN_2_LOW: f64 = 1.9082149292705877e-10;
    const LOG10_2_HIGH: f64 = 0.30102999566361177;
    const LOG10_2_LOW: f64 = 3.694239077158931e-13;
    const LOG10_E_LOW: f64 = 1.098319650216765e-17;

    const PI_FUSED: [f64; 3] = [std::f64::consts::PI, 1.224646799147353e-16, 2.1657133478438278e-32];
    const HALF_PI_LOW: f64 = 6.123233995736766e-17;
    const PI_SHORT: [f64; 4] = [
        3.1415926534682512, 1.2154201012607932e-10, 4.044532497422333e-21, 1.69568553207378e-31,
    ];
    const FLAT_ANGLE: f64 = f64::from_bits((1023 - 27) << 52);
    const LARGE_ANGLE: f64 = 1e9;
    const SMALL_ANGLE: f64 = 1.6e6;

    const EXP_LOWEST: f64 = -746.0;
    const EXP_HIGHEST: f64 = 710.0;
    const EXP_NORMAL: f64 = 708.0;
    const EXP2_LOWEST: f64 = -1076.0;
    const EXP2_HIGHEST: f64 = 1025.0;
    const EXP2_NORMAL: f64 = 1022.0;
    const SINH_HIGHEST: f64 = 710.6;
    const TANH_HIGHEST: f64 = 20.0;

    const EXP: &[f64] = &[
        2.5004514011720125e-8, 2.7630447587760214e-7, 2.7557572234515413e-6, 2.4801492475252935e-5,
        0.0001984126952250896, 0.0013888888944319463, 0.008333333333487042, 0.04166666666652703,
        0.16666666666666424, 0.5000000000000011,
    ];
    const EXP2: &[f64] = &[
        4.4515179738339985e-10, 7.073894180501247e-9, 1.0178076598377052e-7, 1.321543456316629e-6,
        1.5252733828893326e-5, 0.00015403530458754544, 0.0013333558146358634, 0.009618129107592587,
        0.05550410866482233, 0.24022650695910136, std::f64::consts::LN_2,
    ];
    const COSH: &[f64] = &[
        2.0989445252149966e-09, 2.75568975862107e-07, 2.4801588044752932e-05, 0.0013888888888282176,
        0.041666666666668455, 0.5,
    ];
    const SINH: &[f64] = &[
        1.6142959553337432e-10, 2.5051744738511645e-08, 2.755732001190933e-06, 0.00019841269840384563,
        0.00833333333333381, 0.16666666666666666,
    ];
    const TANH_ABOVE: &[f64] = &[-0.9643738362128403, -99.22314670764763, -1613.3544423303756];
    const TANH_BELOW: &[f64] = &[1.0, 112.74172931637354, 2233.6947709193732, 4840.063326991127];
    const LN: &[f64] = &[
        0.14795576047540374, 0.1531409201541302, 0.18183562524597383, 0.2222219861187013,
        0.2857142874196331, 0.39999999999416863, 0.6666666666666734,
    ];
    const LN_WIDE: &[f64] = &[
        0.1639550692292879, 0.0703960179535427, 0.10960202713977729, 0.1171786460881011,
        0.13336620749819747, 0.15384463514227997, 0.18181822732988093, 0.22222222137500902,
        0.2857142857232775, 0.3999999999999541, 0.6666666666666667,
    ];
    const SIN: &[f64] = &[
        2.7146445871232938e-15, -7.642410945246824e-13, 1.6058919388233986e-10, -2.505210652052114e-8,
        2.7557319208038062e-6, -0.00019841269841196964, 0.0083333333333331684, -0.16666666666666663,
    ];
    const SIN_QUARTER: &[f64] = &[
        1.5895975168098653e-10, -2.505074281606674e-8, 2.7557313585037963e-6, -0.0001984126982946498,
        0.008333333333321924, -0.1666666666666663,
    ];
    const COS_QUARTER: &[f64] = &[
        -1.1358764907666355e-11, 2.0875705690062727e-9, -2.7557314219061697e-7, 2.48015872890081e-5,
        -0.0013888888888873348, 0.041666666666666595,
    ];
    const TAN: &[f64] = &[
        2.0864883463261327e-05, -4.488356505263223e-05, 8.94658326093843e-05, -2.6401470046168756e-05,
        0.00013653686773629727, 0.00022237407955722635, 0.000595066768040955, 0.00145475746076103,
        0.0035922891688713863, 0.00886321915304833, 0.021869489609934463, 0.05396825392661973,
        0.13333333333414757, 0.33333333333332776,
    ];
    const ATAN: &[f64] = &[
        -0.01790921104866432, 0.03806621222330109, -0.05039362878251227, 0.05847900771230932,
        -0.06663105446569778, 0.07692060325843501, -0.09090897763738551, 0.11111110783693186,
        -0.14285714280203005, 0.19999999999953696, -0.333333333333332,
    ];
    const ASIN: &[f64] = &[
        0.032626111008729954, -0.020994857781697154, 0.021704324816513087, 0.0037077637996379927,
        0.010779871807771596, 0.011398984899576326, 0.013980810970578617, 0.017351612884648794,
        0.022372214933961024, 0.03038194270993964, 0.04464285717455937, 0.07499999999970867,
        0.1666666666666676,
    ];
    const LN_TAIL: &[f64] = &[
        0.13196925002966242, 0.1325675687352419, 0.15386759795871732, 0.18181784316930627,
        0.2222222252045876, 0.28571428570096774, 0.4000000000000226,
    ];
    const CBRT: &[f64] = &[0.024599237, -0.2687999, 1.1982903, -2.816436, 3.789463, -3.0515928, 2.1247752];
    const ERF: &[f64] = &[
        -1.3491953572207605e-07, 1.6208109596107822e-06, -1.4912952397901862e-05, 0.00012054944440013837,
        -0.0008548319576154524, 0.005223977537198651, -0.026866170638979687, 0.11283791670932343,
        -0.3761263890318339, 0.12837916709551257,
    ];
    const ERFCX: &[f64] = &[
        -5.455485937503697e-09, 1.4786673629456413e-08, -7.912758496581466e-09, -4.484415428237812e-08,
        9.865695877341119e-08, 1.5152558948815882e-07, -5.094406928089425e-07, -8.758799080576122e-07,
        2.8191969235827896e-06, 5.369303863882246e-06, -1.9151110706664488e-05, -2.8178870696216563e-05,
        0.00015732031371015574, 4.728204025078867e-05, -0.00135513098216817, 0.002323174842006788,
        0.00686939304089008, -0.05018176903729839, 0.16134572075348927, -0.3625776772277051,
        0.6352344242263775, -0.9074926539815332, 1.0798598195960596,
    ];
    const ERFC_CENTRE: f64 = 3.2;
    const ERFC_HIGHEST: f64 = 28.0;
    const POWF_HIGHEST: f64 = 1e25;
    const UPPER_HALF: f64 = f64::from_bits(0xffff_ffff_f800_0000);
    const MODERATE: [f64; 2] = [1e-290, 1e300];
    const POWERS: [f64; 2] = [f64::MIN_POSITIVE, f64::from_bits(2045 << 52)];
    const TOP_POWER: f64 = f64::from_bits(2046 << 52);
}
