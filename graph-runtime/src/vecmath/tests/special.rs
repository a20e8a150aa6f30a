//! Special functions against tables of values, in single numbers and on every instruction set.
//!
//! Invariant: a bound is in units of the last place of the value, or of the larger of it and `beside`, and is what the function's
//! documentation says.

use super::tables;
use super::{Format, LEVELS, evaluate};
use crate::Real;
use crate::lanes::Kernel;

/// A row of a table: arguments, and the value there.
type Row<const I: usize> = ([f64; I], f64);

/// Results of single numbers and of every instruction set at the places of a table that are numbers of the type.
fn check<T: Format, K: Kernel<I, 1>, const I: usize>(
    name: &str,
    kernel: &K,
    table: &[Row<I>],
    bound: f64,
    beside: f64,
) {
    let is_exact = |x: &f64| T::of(*x).to_f64() == *x;
    let rows = table.iter().filter(|(at, _)| at.iter().all(is_exact));
    let rows: Vec<&Row<I>> = rows.collect();
    assert!(rows.len() >= 15, "{name} has values in {}", T::NAME);
    let inputs: [Vec<T>; I] =
        std::array::from_fn(|arg| rows.iter().map(|(at, _)| T::of(at[arg])).collect());
    let slices = inputs.each_ref().map(Vec::as_slice);
    let single = |at: usize| kernel.eval(slices.map(|input| input[at]))[0];
    let mut results = vec![(0..rows.len()).map(single).collect::<Vec<T>>()];
    results.extend(LEVELS.map(|level| evaluate(level, kernel, slices)));
    let mut worst = (0.0, [0.0; I], 0.0);
    for results in &results {
        for (found, (at, exact)) in results.iter().zip(&rows) {
            let off = off(*found, *exact, beside);
            if off.is_nan() || off > worst.0 {
                worst = (off, *at, found.to_f64());
            }
        }
    }
    let (off, at, found) = worst;
    println!("{name:18} {} {off:6.3} at {at:?}", T::NAME);
    assert!(
        off <= bound,
        "{name} of {at:?} is off by {off} in {}: {found:e}",
        T::NAME
    );
}

/// How far a result is from the value, in units of the last place.
fn off<T: Format>(found: T, exact: f64, beside: f64) -> f64 {
    let found = found.to_f64();
    let nearest = T::of(exact).to_f64();
    if found == nearest {
        return 0.0;
    }
    let size = exact.abs().max(beside);
    // By halves, since a power of two may be subnormal.
    let exponent = (size.log2().floor() as i32 + 1 - T::DIGITS).max(T::LEAST);
    let (half, rest) = (exponent / 2, exponent - exponent / 2);
    (found - exact).abs() / 2_f64.powi(half) / 2_f64.powi(rest)
}

macro_rules! tested {
    ($($name:ident($($arg:ident),+) = $table:ident, $bound:literal $(beside $beside:literal)?;)*) => {$(
        #[test]
        fn $name() {
            struct Function;
            impl Kernel<{ [$(stringify!($arg)),+].len() }, 1> for Function {
                fn eval<T: Real>(&self, [$($arg),+]: [T; { [$(stringify!($arg)),+].len() }]) -> [T; 1] {
                    [Real::$name($($arg),+)]
                }
            }
            let beside = 0.0 $(+ $beside)?;
            check::<f32, _, _>(stringify!($name), &Function, tables::$table, $bound, beside);
            check::<f64, _, _>(stringify!($name), &Function, tables::$table, $bound, beside);
        }
    )*};
}

tested! {
    normal_ln_cdf(x) = NORMAL_LN_CDF, 4.0;
    inverse_mills(x) = INVERSE_MILLS, 4.0;
    inverse_mills_gap(x) = INVERSE_MILLS_GAP, 4.0;
    normal_quantile(p) = NORMAL_QUANTILE, 3.0;
    erfinv(x) = ERFINV, 3.0;
    lambert_w(x) = LAMBERT_W, 3.0;
    bessel_i0e(x) = BESSEL_I0E, 4.0;
    bessel_i1e(x) = BESSEL_I1E, 4.0;
    bessel_ie(n, x) = BESSEL_IE, 20.0;
    bessel_j0(x) = BESSEL_J0, 1.0 beside 1.0;
    bessel_j1(x) = BESSEL_J1, 1.0 beside 1.0;
    bessel_j(n, x) = BESSEL_J, 3.0 beside 1.0;
    stumpff(k, x) = STUMPFF, 8.0;
    acos_ratio(k, c) = ACOS_RATIO, 16.0;
    gamma_p(a, x) = GAMMA_P, 20.0;
    gamma_q(a, x) = GAMMA_Q, 20.0;
    gamma_density(a, x) = GAMMA_DENSITY, 20.0;
    beta_inc(a, b, x) = BETA_INC, 4.0 beside 1.0;
    beta_density(a, b, x) = BETA_DENSITY, 8.0;
}

/// Below the mean the incomplete beta function keeps its digits.
#[test]
fn beta_inc_below_the_mean() {
    struct Below;
    impl Kernel<3, 1> for Below {
        fn eval<T: Real>(&self, [a, b, x]: [T; 3]) -> [T; 1] {
            [a.beta_inc(b, x)]
        }
    }
    check::<f32, _, _>("beta_inc", &Below, tables::BETA_INC_BELOW, 8.0, 0.0);
    check::<f64, _, _>("beta_inc", &Below, tables::BETA_INC_BELOW, 8.0, 0.0);
}
