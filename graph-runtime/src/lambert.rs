//! The Lambert function, the inverse of w eʷ, on its principal branch; number by number, as `f64`.
//!
//! Next to -1/e, where its slope has no bound, it is a series in √(2 (e x + 1)), of which e x + 1 is taken in two parts; elsewhere
//! Fritsch, Shafer and Crowley's iteration (1973), which has order four. Invariant: right to 3 units in the last place.

use crate::Real;
use crate::double::Double;

/// The series in p, from the highest power: its coefficients follow from w eʷ = (p²/2 - 1) / e.
const SERIES: [f64; 31] = [
    -1.196_445_308_915_725_8e-6,
    1.752_006_726_826_341_2e-6,
    -2.568_705_039_055_095_5e-6,
    3.771_094_961_107_253_5e-6,
    -5.544_203_208_567_359e-6,
    8.163_531_982_496_613e-6,
    -1.204_035_273_955_997_7e-5,
    1.779_034_580_507_958_6e-5,
    -2.633_806_474_723_11e-5,
    3.907_668_486_743_905e-5,
    -5.811_360_750_441_382e-5,
    8.665_035_805_208_128e-5,
    -0.000_129_574_266_852_748_83,
    0.000_194_387_276_054_539_33,
    -0.000_292_677_224_729_627_46,
    0.000_442_473_061_814_620_9,
    -0.000_672_061_631_156_136_2,
    0.001_026_263_320_507_607_1,
    -0.001_576_930_344_686_784_1,
    0.002_440_877_991_143_982_6,
    -0.003_811_298_034_891_999_3,
    0.006_014_543_252_956_118,
    -0.009_616_892_024_299_432,
    0.015_635_632_532_333_92,
    -0.025_984_714_873_603_76,
    0.044_502_314_814_814_814,
    -0.079_629_629_629_629_63,
    0.152_777_777_777_777_8,
    -0.333_333_333_333_333_3,
    1.0,
    -1.0,
];

/// Below this, the series has all digits.
const NEAR: f64 = 0.4;

/// See [`Real::lambert_w`].
#[inline(always)]
pub fn lambert_w<T: Real>(x: T) -> T {
    let [w] = T::lane_by_lane([x], |[x]| [of_number(x)]);
    w
}

fn of_number(x: f64) -> f64 {
    if x == 0.0 || x == f64::INFINITY {
        return x;
    }
    let above = above_branch_point(x);
    // The number nearest to -1/e is itself a little below.
    if above < 0.0 {
        return if above > -1e-16 { -1.0 } else { f64::NAN };
    }
    let p = Real::sqrt(2.0 * above);
    if p < NEAR {
        return SERIES.iter().fold(0.0, |sum, factor| sum * p + factor);
    }
    let mut w = guess(x, p);
    for _ in 0..3 {
        let off = Real::ln(x / w) - w;
        let next = 1.0 + w;
        let q = 2.0 * next * (next + 2.0 / 3.0 * off);
        w += w * (off / next) * ((q - off) / (q - 2.0 * off));
    }
    w
}

/// e x + 1.
fn above_branch_point(x: f64) -> f64 {
    let e = Double {
        high: core::f64::consts::E,
        low: 1.445_646_891_729_250_2e-16,
    };
    if x > 1.0 {
        return e.high * x;
    }
    e.times(x).plus_any(Double::of(1.0)).rounded()
}

/// The function to a few digits: by the first terms of the series below 0, and above by two logarithms.
fn guess(x: f64, p: f64) -> f64 {
    if x < -0.1 {
        return p * (1.0 - p * (1.0 / 3.0 - p * (11.0 / 72.0))) - 1.0;
    }
    let ln = Real::ln_1p(x);
    ln * (1.0 - Real::ln_1p(ln) / (2.0 + ln))
}
