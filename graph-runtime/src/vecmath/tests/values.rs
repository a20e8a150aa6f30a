//! Where the exact value of a function is a number of the type, every instruction set gives it to the bit.
//!
//! Invariant: what is expected here is exact, and stands beside the argument that it belongs to.

use super::{Format, LEVELS, evaluate, kernels};
use crate::Real;
use crate::functions::each_function;
use crate::lanes::{Kernel, MAX_LANES};

/// The cases over and over, at least as many as the widest lanes have.
fn filling_lanes<C>(cases: &[C]) -> impl Iterator<Item = &C> {
    cases.iter().cycle().take(cases.len().max(MAX_LANES))
}

/// Holds results against exact values, bit for bit, so that the zeros have their signs.
#[track_caller]
fn meet<T: Format, K: Kernel<1, 1>>(name: &str, kernel: &K, pairs: &[(f64, f64)]) {
    let pairs: Vec<[f64; 2]> = filling_lanes(pairs).map(|(x, y)| [*x, *y]).collect();
    let x: Vec<T> = pairs.iter().map(|[x, _]| T::of(*x)).collect();
    for level in LEVELS {
        for (found, [x, expected]) in evaluate(level, kernel, [&x[..]]).into_iter().zip(&pairs) {
            let same = found.bits() == T::of(*expected).bits();
            assert!(
                same,
                "{name}({x:?}) is {found:?} in {}, not {expected:?}, at {level:?}",
                T::NAME
            );
        }
    }
}

/// The same for functions of two numbers.
#[track_caller]
fn meet_two<T: Format, K: Kernel<2, 1>>(name: &str, kernel: &K, triples: &[[f64; 3]]) {
    let triples: Vec<&[f64; 3]> = filling_lanes(triples).collect();
    let [a, b] = [0, 1].map(|at| triples.iter().map(|of| T::of(of[at])).collect::<Vec<T>>());
    for level in LEVELS {
        for (found, [a, b, expected]) in evaluate(level, kernel, [&a[..], &b])
            .into_iter()
            .zip(&triples)
        {
            let same = found.bits() == T::of(*expected).bits();
            assert!(
                same,
                "{name}({a:?}, {b:?}) is {found:?} in {}, not {expected:?}, at {level:?}",
                T::NAME
            );
        }
    }
}

/// The exponents of all powers of two that a type has, subnormal ones too.
fn exponents<T: Format>() -> impl Iterator<Item = i32> {
    T::LEAST..T::MOST
}

/// 2ⁿ, where it may be subnormal.
fn power(n: i32) -> f64 {
    2.0_f64.powi(n / 2) * 2.0_f64.powi(n - n / 2)
}

/// The exact values in the rows of the list.
macro_rules! values {
    ([] $(
        $(#[$doc:meta])* $name:ident($($arg:ident),+) = $on:ident $($libm:ident)?, $lanes:ident, $error:tt, $ranges:tt, $exact:tt;
    )*) => {
        $(values! { @test $name $exact })*
    };
    (@test $name:ident []) => {};
    (@test $name:ident $exact:tt) => {
        #[test]
        fn $name() {
            let pairs = $exact.map(|[x, y]: [f64; 2]| (x, y));
            meet::<f32, _>(stringify!($name), &kernels::$name, &pairs);
            meet::<f64, _>(stringify!($name), &kernels::$name, &pairs);
        }
    };
}

each_function!(values);

/// Next to zero, where all that follows the first term is rounded away.
#[test]
fn next_to_zero() {
    fn check<T: Format>(tiny: f64) {
        let numbers = [
            tiny,
            tiny / 3.0,
            power(T::LEAST),
            power(T::LEAST + 3),
            T::MIN_POSITIVE.to_f64(),
        ];
        let both: Vec<f64> = numbers
            .iter()
            .flat_map(|x| [T::of(*x).to_f64(), -T::of(*x).to_f64()])
            .collect();
        let same: Vec<(f64, f64)> = both.iter().map(|x| (*x, *x)).collect();
        let ones: Vec<(f64, f64)> = both.iter().map(|x| (*x, 1.0)).collect();
        meet::<T, _>("sin", &kernels::sin, &same);
        meet::<T, _>("tan", &kernels::tan, &same);
        meet::<T, _>("asin", &kernels::asin, &same);
        meet::<T, _>("atan", &kernels::atan, &same);
        meet::<T, _>("sinh", &kernels::sinh, &same);
        meet::<T, _>("tanh", &kernels::tanh, &same);
        meet::<T, _>("asinh", &kernels::asinh, &same);
        meet::<T, _>("atanh", &kernels::atanh, &same);
        meet::<T, _>("exp_m1", &kernels::exp_m1, &same);
        meet::<T, _>("ln_1p", &kernels::ln_1p, &same);
        meet::<T, _>("exp", &kernels::exp, &ones);
        meet::<T, _>("exp2", &kernels::exp2, &ones);
        meet::<T, _>("cos", &kernels::cos, &ones);
        meet::<T, _>("cosh", &kernels::cosh, &ones);
        meet::<T, _>("erfc", &kernels::erfc, &ones);
    }
    check::<f32>(1e-9);
    check::<f64>(1e-17);
}

#[test]
fn powers_of_two() {
    fn check<T: Format>() {
        let powers: Vec<(f64, f64)> = exponents::<T>().map(|n| (f64::from(n), power(n))).collect();
        let logarithms: Vec<(f64, f64)> = powers.iter().map(|(n, power)| (*power, *n)).collect();
        meet::<T, _>("exp2", &kernels::exp2, &powers);
        meet::<T, _>("log2", &kernels::log2, &logarithms);
        let of_two: Vec<[f64; 3]> = powers.iter().map(|(n, power)| [2.0, *n, *power]).collect();
        meet_two::<T, _>("powf", &kernels::powf, &of_two);
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn powers_of_ten() {
    fn check<T: Format>(most: i32) {
        let powers: Vec<(f64, f64)> = (0..=most)
            .map(|n| (10.0_f64.powi(n), f64::from(n)))
            .collect();
        meet::<T, _>("log10", &kernels::log10, &powers);
    }
    check::<f32>(10);
    check::<f64>(22);
}

#[test]
fn roots_of_squares_and_cubes() {
    fn check<T: Format>(most_squared: u32, most_cubed: u32) {
        let step = |most: u32| {
            (1..=most)
                .step_by((most / 2000).max(1) as usize)
                .map(f64::from)
        };
        let squares: Vec<(f64, f64)> = step(most_squared).map(|n| (n * n, n)).collect();
        meet::<T, _>("sqrt", &kernels::sqrt, &squares);
        let scales = [1.0, -1.0, power(-21), power(30)];
        let cubes = step(most_cubed)
            .flat_map(|n| scales.map(|scale| (n * n * n * scale * scale * scale, n * scale)));
        let inside = |cube: &(f64, f64)| T::of(cube.0).to_f64() == cube.0;
        let cubes: Vec<(f64, f64)> = cubes.filter(inside).collect();
        meet::<T, _>("cbrt", &kernels::cbrt, &cubes);
    }
    check::<f32>(1 << 12, 1 << 8);
    check::<f64>(1 << 26, 1 << 17);
}

#[test]
fn powers_and_lengths() {
    fn check<T: Format>(largest: f64) {
        let mut powers = Vec::new();
        for base in 1..=40_u8 {
            let base = f64::from(base);
            powers.extend([
                [base, 1.0, base],
                [base, 0.0, 1.0],
                [base * base, 0.5, base],
                [1.0, base / 7.0, 1.0],
            ]);
            let whole = (2..60)
                .map(|n| (n, base.powi(n)))
                .take_while(|(_, power)| *power < largest);
            powers.extend(whole.map(|(n, power)| [base, f64::from(n), power]));
        }
        meet_two::<T, _>("powf", &kernels::powf, &powers);
        let triples = [
            [3.0, 4.0, 5.0],
            [-5.0, 12.0, 13.0],
            [8.0, -15.0, 17.0],
            [20.0, 21.0, 29.0],
            [0.0, -7.5, 7.5],
        ];
        meet_two::<T, _>("hypot", &kernels::hypot, &triples);
    }
    check::<f32>(power(24));
    check::<f64>(power(53));
}

/// Sine and cosine from one reduction.
#[test]
fn both_at_zero() {
    struct Both<const SIDE: usize>;
    impl<const SIDE: usize> Kernel<1, 1> for Both<SIDE> {
        fn eval<T: Real>(&self, [x]: [T; 1]) -> [T; 1] {
            let (sin, cos) = x.sin_cos();
            [if SIDE == 0 { sin } else { cos }]
        }
    }
    fn check<T: Format>() {
        meet::<T, _>("sin", &Both::<0>, &[(0.0, 0.0), (-0.0, -0.0)]);
        meet::<T, _>("cos", &Both::<1>, &[(0.0, 1.0), (-0.0, 1.0)]);
    }
    check::<f32>();
    check::<f64>();
}

/// With the feature `libm` slices go through the functions on single numbers.
#[cfg(feature = "libm")]
#[test]
fn one_by_one() {
    let x: Vec<f64> = (0..40).map(|at| 0.1 * f64::from(at) - 2.0).collect();
    let mut y = vec![0.0; x.len()];
    crate::vecmath::exp(&x, &mut y);
    for (x, y) in x.iter().zip(&y) {
        assert_eq!(Real::exp(*x).to_bits(), y.to_bits());
    }
}
