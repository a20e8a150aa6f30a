//! The derivatives of the digamma function, of any order.
//!
//! They are sums of powers, which Euler and Maclaurin's formula (DLMF 2.10, 24.2) takes up where its terms fall fast enough. All is
//! in two parts, on numbers of type `f64`. Invariant: above 0 a result is right to 1 unit in the last place; below, where zeros are
//! anywhere, to as many of the sum's largest term.

use super::{digamma, from_whole};
use crate::Real;
use crate::double::Double;

/// The derivatives that are offered.
const MOST: u32 = 200;

/// See [`Real::polygamma`].
#[inline(always)]
pub fn polygamma<T: Real>(n: T, x: T) -> T {
    let [value] = T::lane_by_lane([n, x], |[n, x]| [polygamma_of_number(n, x)]);
    value
}

/// ψ⁽ⁿ⁾(x) = (-1)ⁿ⁺¹ n! Σ (x + k)⁻ⁿ⁻¹ over all k from 0 on.
///
/// Below 0 the sum runs over 0: it is the term nearest to it, those above, and those below, which are a sum that begins at 1 - r
/// without the one that begins at 1 - x.
fn polygamma_of_number(n: f64, x: f64) -> f64 {
    let order = n as u32;
    if f64::from(order) != n || order > MOST || x.is_nan() || x == f64::NEG_INFINITY {
        return f64::NAN;
    }
    if order == 0 {
        return digamma(x);
    }
    if x == f64::INFINITY {
        return 0.0;
    }
    let is_odd = order % 2 == 1;
    if x >= 0.5 {
        let sum = sum_of_powers(order, Double::of(x)).rounded();
        return if is_odd { sum } else { -sum };
    }
    let r = if x < 0.0 { -from_whole(-x) } else { x };
    if r == 0.0 {
        let even = if x == 0.0 { -1.0 / x } else { f64::NAN };
        return if is_odd { f64::INFINITY } else { even };
    }
    let nearest = power(order, Double::of(r));
    let above = sum_of_powers(order, Double::sum(1.0, r));
    let mut sum = nearest.plus_any(above);
    if x < 0.0 {
        let below = sum_of_powers(order, Double::sum(1.0, -r));
        let rest = sum_of_powers(order, Double::sum_of_any(1.0, -x));
        let below = below.plus_any(rest.opposite());
        sum = sum.plus_any(if is_odd { below } else { below.opposite() });
    }
    // What overflows has no low part.
    let sum = if nearest.high.is_finite() {
        sum.rounded()
    } else {
        nearest.high
    };
    if is_odd { sum } else { -sum }
}

/// n! x⁻ⁿ⁻¹, factor by factor, so that it neither overflows nor underflows on the way.
fn power(n: u32, x: Double<f64>) -> Double<f64> {
    let inverse = Double::quotient(1.0, x);
    (1..=n).fold(inverse, |power, factor| {
        power.times_double(inverse.times(f64::from(factor)))
    })
}

/// n! Σ (x + k)⁻ⁿ⁻¹ over all k from 0 on, for x from 1/2 on: term by term up to where Euler and Maclaurin's formula, whose terms
/// are multiples of the first of the rest, has all digits.
fn sum_of_powers(n: u32, x: Double<f64>) -> Double<f64> {
    let mut sum = Double::of(0.0);
    let mut at = x;
    while at.high < f64::from(n + 14) {
        sum = sum.plus_any(power(n, at));
        at = at.plus_any(Double::of(1.0));
    }
    let n_in_two = Double::of(f64::from(n));
    let whole = Double::quotient(1.0, n_in_two).times_double(at);
    let inverse = 1.0 / at.high;
    let (mut factor, mut series) = (inverse * f64::from(n + 1), 0.0);
    for (coefficient, step) in BERNOULLI.iter().zip(1_u32..) {
        series += coefficient * factor;
        let next = f64::from(n + 2 * step) * f64::from(n + 2 * step + 1);
        factor = factor * inverse * inverse * next;
    }
    let rest = Double::sum(0.5, series);
    sum.plus_any(power(n, at).times_double(whole.plus_any(rest)))
}

/// B₂ₖ / (2k)!.
const BERNOULLI: [f64; 13] = [
    1.0 / 12.0,
    -1.0 / 720.0,
    3.306_878_306_878_307e-5,
    -8.267_195_767_195_768e-7,
    2.087_675_698_786_81e-8,
    -5.284_190_138_687_493e-10,
    1.338_253_653_068_467_9e-11,
    -3.389_680_296_322_582_7e-13,
    8.586_062_056_277_845e-15,
    -2.174_868_698_558_062e-16,
    5.509_002_828_360_229_5e-18,
    -1.395_446_468_581_252_2e-19,
    3.534_707_039_629_467e-21,
];

#[cfg(test)]
#[allow(
    clippy::excessive_precision,
    reason = "the references are given as they were computed"
)]
mod tests {
    use super::*;
    use crate::Number;

    /// n, x and ψ⁽ⁿ⁾(x) by arithmetic of 40 digits.
    const VALUES: &[(f64, f64, f64)] = &[
        (1.0, 1e-05, 1.0000000001644908e+10),
        (1.0, 0.25, 1.7197329154507111e+1),
        (1.0, 0.5, 4.9348022005446793),
        (1.0, 1.0, 1.6449340668482264),
        (1.0, 1.4616321449683622, 9.6767224544762125e-1),
        (1.0, 3.7, 3.100378576700383e-1),
        (1.0, 25.0, 4.0810663257225579e-2),
        (1.0, 1000000.0, 1.0000005000001667e-6),
        (1.0, -0.25, 1.8541879647671606e+1),
        (1.0, -0.75, 1.8975106932284889e+1),
        (1.0, -2.375, 1.1218505222545787e+1),
        (1.0, -3.4375, 1.0007473901355064e+1),
        (1.0, -60.3125, 1.4259570935511536e+1),
        (2.0, 1e-05, -2.0000000000000019e+15),
        (2.0, 0.25, -1.2932773993753692e+2),
        (2.0, 0.5, -1.682879664423432e+1),
        (2.0, 1.0, -2.4041138063191886),
        (2.0, 1.4616321449683622, -8.8552633796718436e-1),
        (2.0, 3.7, -9.5395308728554033e-2),
        (2.0, 25.0, -1.6652793184224682e-3),
        (2.0, 1000000.0, -1.0000010000005e-12),
        (2.0, -0.25, 1.2269736678366236e+2),
        (2.0, -0.75, -1.2458699919679618e+2),
        (2.0, -2.375, 2.9975983799729088e+1),
        (2.0, -3.4375, 1.2759618095431783e+1),
        (2.0, -60.3125, 5.9934581610011941e+1),
        (3.0, 1e-05, 5.999999999999998e+20),
        (3.0, 0.25, 1.5387821440091884e+3),
        (3.0, 0.5, 9.7409091034002437e+1),
        (3.0, 1.0, 6.4939394022668291),
        (3.0, 1.4616321449683622, 1.5509985657339064),
        (3.0, 3.7, 5.8279217956563614e-2),
        (3.0, 25.0, 1.358846365082737e-4),
        (3.0, 1000000.0, 2.000003000002e-18),
        (3.0, -0.25, 1.5557633125348506e+3),
        (3.0, -0.75, 1.5577451069721514e+3),
        (3.0, -2.375, 3.456454468638213e+2),
        (3.0, -3.4375, 2.2653417923796493e+2),
        (3.0, -60.3125, 6.5923307592012514e+2),
        (5.0, 1e-05, 1.1999999999999994e+32),
        (5.0, 0.25, 4.9155251376768129e+5),
        (5.0, 0.5, 7.6911135486024355e+3),
        (5.0, 1.0, 1.220811674381339e+2),
        (5.0, 1.4616321449683622, 1.2938886082951489e+1),
        (5.0, 3.7, 6.3939753902039787e-2),
        (5.0, 25.0, 2.7131757700038323e-6),
        (5.0, 1000000.0, 2.400006000006e-29),
        (5.0, -0.25, 4.9219875334287458e+5),
        (5.0, -0.75, 4.9222675245080886e+5),
        (5.0, -2.375, 4.5189922714690315e+4),
        (5.0, -3.4375, 2.0923786780959195e+4),
        (5.0, -60.3125, 1.3001541213373729e+5),
        (10.0, 1e-05, -3.6287999999999967e+61),
        (10.0, 0.25, -1.522029066740555e+13),
        (10.0, 0.5, -7.431824508858769e+9),
        (10.0, 1.0, -3.6305933116066287e+6),
        (10.0, 1.4616321449683622, -5.5973390515878823e+4),
        (10.0, 3.7, -2.2078287873189967),
        (10.0, 25.0, -4.6216645150488319e-9),
        (10.0, 1000000.0, -3.628818144033264e-55),
        (10.0, -0.25, 1.5220204428462791e+13),
        (10.0, -0.75, -1.5220204748421005e+13),
        (10.0, -2.375, 1.7532378713683574e+11),
        (10.0, -3.4375, 3.0251007643998848e+10),
        (10.0, -60.3125, 1.3071894071522396e+12),
        (40.0, 1e-05, -8.15915283247895e+252),
        (40.0, 0.25, -3.9455242101462683e+72),
        (40.0, 0.5, -1.7942166824224243e+60),
        (40.0, 1.0, -8.1591528324826877e+47),
        (40.0, 1.4616321449683622, -1.4232577442870842e+41),
        (40.0, 3.7, -4.1247560670090188e+24),
        (40.0, 25.0, -4.9537714666868528e-10),
        (40.0, 1000000.0, -2.0398290041626778e-194),
        (40.0, -0.25, 3.9455242101462683e+72),
        (40.0, -0.75, -3.9455242101462683e+72),
        (40.0, -2.375, 2.3788282697625949e+65),
        (40.0, -3.4375, 4.2808515353598422e+62),
        (40.0, -60.3125, 4.1956009905388317e+68),
    ];

    #[test]
    fn higher_derivatives() {
        for (n, x, exact) in VALUES {
            let found = n.polygamma(*x);
            let off = (found - exact).abs() / (exact.abs() * f64::EPSILON);
            assert!(
                off <= 1.0,
                "polygamma({n}, {x}) is {found:e}, not {exact:e}"
            );
            let (exact, single) = (*exact as f32, (*n as f32).polygamma(*x as f32));
            let near = (single - exact).abs() <= 4e-6 * exact.abs();
            assert!(
                !exact.is_finite() || f64::from(*x as f32) != *x || near,
                "{n} {x}: {single:e}"
            );
        }
    }

    /// Poles, infinities, and what is no number.
    fn corners<T: Number>() {
        let of = T::of;
        let (nan, infinity) = (T::NAN, T::INFINITY);
        let same = |found: T, expected: T| {
            assert!(
                found == expected || found.is_nan() && expected.is_nan(),
                "{found}, not {expected}"
            );
        };
        for pole in [0.0, -0.0, -1.0, -2.0, -300.0, -1e30] {
            same(of(1.0).polygamma(of(pole)), infinity);
        }
        for pole in [-1.0, -2.0, -300.0, -1e30] {
            same(of(2.0).polygamma(of(pole)), nan);
        }
        same(of(2.0).polygamma(of(0.0)), -infinity);
        same(of(2.0).polygamma(of(-0.0)), infinity);
        same(of(3.0).polygamma(infinity), of(0.0));
        same(of(3.0).polygamma(-infinity), nan);
        for n in [0.5, -1.0, 201.0] {
            same(of(n).polygamma(of(1.0)), nan);
        }
        same(nan.polygamma(of(1.0)), nan);
        same(of(1.0).polygamma(nan), nan);
    }

    #[test]
    fn poles_and_infinities() {
        corners::<f32>();
        corners::<f64>();
    }
}
