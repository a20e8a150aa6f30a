//! Every function, on every instruction set of the machine, against exact values and at the corners.
//!
//! Invariant: a bound is in the row of its function and nowhere else. `GRAPH_SAMPLES` sets how many numbers of each range
//! are taken; `-- --nocapture` prints the worst of each.

mod exact;
mod special;
mod tables;
mod values;

use astro_float_num::BigFloat;

use self::exact::{Exact, distance};
use super::{Precision, kernels};
use crate::functions::each_function;
use crate::lanes::portable::Portable;
use crate::lanes::{Kernel, Level, batch};
use crate::{Number, Real};

/// The instruction sets that can be tested here; `None` stands for the lanes in plain Rust.
const LEVELS: [Option<Level>; 4] = [
    Some(Level::Avx512),
    Some(Level::Avx2),
    Some(Level::Baseline),
    None,
];

/// A number type and its format.
trait Format: Number + Precision {
    const NAME: &'static str;
    const DIGITS: i32;
    const LEAST: i32;
    const MOST: i32;
    fn from_bits(bits: u64) -> Self;
    fn bits(self) -> u64;
    fn portable<K: Kernel<I, 1>, const I: usize>(
        inputs: [&[Self]; I],
        output: &mut [Self],
        kernel: &K,
    );
}

macro_rules! formats {
    ($($number:ident $bits:ident $digits:literal $least:literal $most:literal $lanes:literal;)*) => {$(
        impl Format for $number {
            const NAME: &'static str = stringify!($number);
            const DIGITS: i32 = $digits;
            const LEAST: i32 = $least;
            const MOST: i32 = $most;

            fn from_bits(bits: u64) -> Self {
                $number::from_bits(bits as $bits)
            }

            fn bits(self) -> u64 {
                u64::from(self.to_bits())
            }

            fn portable<K: Kernel<I, 1>, const I: usize>(
                inputs: [&[Self]; I],
                output: &mut [Self],
                kernel: &K,
            ) {
                batch::run_in::<Portable<$number, $lanes>, K, I, 1>(output.len(), inputs, [output], kernel);
            }
        }
    )*};
}

formats! {
    f32 u32 24 -149 128 4;
    f64 u64 53 -1074 1024 2;
}

/// Results on one instruction set.
fn evaluate<T: Format, K: Kernel<I, 1>, const I: usize>(
    level: Option<Level>,
    kernel: &K,
    inputs: [&[T]; I],
) -> Vec<T> {
    let mut output = vec![T::of(0.0); inputs[0].len()];
    match level {
        Some(level) => batch::run_at(level, output.len(), inputs, [&mut output], kernel),
        None => T::portable(inputs, &mut output, kernel),
    }
    output
}

/// Reproducible numbers, evenly spread over all bit patterns (a permutation of the counter).
fn mixed(counter: u64) -> u64 {
    let mut bits = counter.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Numbers between two limits, in a dimension of their own for each `seed`.
fn between<T: Number>((low, high): (f64, f64), seed: u64, count: usize) -> impl Iterator<Item = T> {
    let start = seed << 32;
    (start..start + count as u64)
        .map(move |at| T::of(low + (high - low) * (mixed(at) >> 11) as f64 / (1_u64 << 53) as f64))
}

/// Numbers with any bits at all: half of them above 1, half negative, some infinite or NaN.
fn any<T: Format>(seed: u64, count: usize) -> impl Iterator<Item = T> {
    (0..count as u64).map(move |at| T::from_bits(mixed(at + (seed << 32))))
}

fn samples() -> usize {
    let asked = std::env::var("GRAPH_SAMPLES").ok();
    asked.and_then(|count| count.parse().ok()).unwrap_or(1000)
}

/// The largest distance of results from exact ones, and where it is.
fn worst<T: Format, const I: usize>(
    inputs: [&[T]; I],
    results: &[Vec<T>],
    mut exact: impl FnMut([f64; I]) -> BigFloat,
) -> (f64, [f64; I]) {
    let mut worst = (0.0, [0.0; I]);
    for at in 0..inputs[0].len() {
        let arguments = inputs.map(|input| input[at].to_f64());
        // Corners have a test of their own.
        if !arguments.iter().all(|x| x.is_finite()) {
            continue;
        }
        let value = exact(arguments);
        for of_level in results {
            let found = of_level[at].to_f64();
            let off = match value.is_nan() {
                true if found.is_nan() => 0.0,
                _ => distance(found, &value, T::DIGITS, T::LEAST, T::MOST),
            };
            if off.is_nan() || off > worst.0 {
                worst = (off, arguments);
            }
        }
    }
    worst
}

/// How far off functions of single numbers may be: they are the platform's own.
const SINGLE: f64 = 3.0;
/// At how many places they are measured.
const FEW: usize = 64;

/// A function of single numbers against exact values.
fn measure_single<T: Format, K: Kernel<I, 1>, const I: usize>(
    name: &str,
    kernel: &K,
    inputs: [&[T]; I],
    exact: impl FnMut([f64; I]) -> BigFloat,
) {
    let single = |at: usize| kernel.eval(inputs.map(|input| input[at]))[0];
    let results = [(0..inputs[0].len()).map(single).collect()];
    let (off, at) = worst(inputs, &results, exact);
    assert!(
        off <= SINGLE,
        "{name} of {at:?} is off by {off} in a single {}",
        T::NAME
    );
}

/// One function of one number against exact values: in its ranges, and at `others` of any size.
fn measure<T: Format, K: Kernel<1, 1>>(
    name: &str,
    kernel: &K,
    exact: fn(&mut Exact, &BigFloat) -> BigFloat,
    ranges: &[(f64, f64)],
    others: usize,
    bound: f64,
) {
    let mut x: Vec<T> = any(90, others).collect();
    for (range, seed) in ranges.iter().zip(0..) {
        x.extend(between::<T>(*range, seed, samples()));
    }
    measure_at(name, kernel, exact, &x, bound);
    let few: Vec<T> = between(ranges[0], 0, FEW).collect();
    let mut calculator = Exact::new();
    measure_single(name, kernel, [&few], |[x]| {
        let x = calculator.of(x);
        exact(&mut calculator, &x)
    });
}

/// The same for given numbers.
fn measure_at<T: Format, K: Kernel<1, 1>>(
    name: &str,
    kernel: &K,
    exact: fn(&mut Exact, &BigFloat) -> BigFloat,
    x: &[T],
    bound: f64,
) {
    let results = LEVELS.map(|level| evaluate(level, kernel, [x]));
    let mut calculator = Exact::new();
    let (off, [at]) = worst([x], &results, |[x]| {
        let x = calculator.of(x);
        exact(&mut calculator, &x)
    });
    println!("{name:10} {} {off:6.3} at {at:e}", T::NAME);
    assert!(
        off <= bound,
        "{name} of {at:e} is off by {off} in {}",
        T::NAME
    );
}

/// A function of numbers below 0, where its zeros are anywhere: what is right there are the terms of its reflection, so it is measured
/// by the last place of the larger of the value, its mirror image at 1 - x, and 1.
fn measure_mirrored<T: Format, K: Kernel<1, 1>>(
    name: &str,
    kernel: &K,
    exact: fn(&mut Exact, &BigFloat) -> BigFloat,
    bound: f64,
) {
    let ranges = [
        (-1.0, 0.0),
        (-2.0, -1.0),
        (-3.0, -2.0),
        (-20.0, -3.0),
        (-170.0, -20.0),
    ];
    let of_range = |(range, seed): (&(f64, f64), u64)| between(*range, seed, samples() / 4);
    let x: Vec<T> = ranges.iter().zip(0..).flat_map(of_range).collect();
    let results = LEVELS.map(|level| evaluate(level, kernel, [&x[..]]));
    let mut calculator = Exact::new();
    let mut worst = (0.0, 0.0);
    for (at, x) in x.iter().map(|x| x.to_f64()).enumerate() {
        let [x_exact, mirrored] = [x, 1.0 - x].map(|x| calculator.of(x));
        let value = exact(&mut calculator, &x_exact);
        let terms = [value.clone(), exact(&mut calculator, &mirrored)];
        let size = terms.map(|term| exact::to_f64(&term).abs());
        let size = size[0].max(size[1]).max(1.0);
        let unit = 2_f64.powi(size.log2().floor() as i32 + 1 - T::DIGITS);
        for of_level in &results {
            let found = calculator.of(of_level[at].to_f64());
            let off = exact::to_f64(&calculator.sub(&value, &found)).abs() / unit;
            if off.is_nan() || off > worst.0 {
                worst = (off, x);
            }
        }
    }
    let (off, at) = worst;
    println!("{name:10} {} {off:6.3} at {at:e}", T::NAME);
    assert!(
        off <= bound,
        "{name} of {at} is off by {off} in {}",
        T::NAME
    );
}

/// Pairs of numbers, each from its range.
fn pairs<T: Format>(ranges: &[[(f64, f64); 2]]) -> [Vec<T>; 2] {
    [0, 1].map(|side| {
        let of_range = |(range, seed): (&[(f64, f64); 2], u64)| {
            between(range[side as usize], 2 * seed + side, samples())
        };
        ranges.iter().zip(0..).flat_map(of_range).collect()
    })
}

/// One function of two numbers.
fn measure_pairs<T: Format, K: Kernel<2, 1>>(
    name: &str,
    kernel: &K,
    exact: fn(&mut Exact, &BigFloat, &BigFloat) -> BigFloat,
    [a, b]: [&[T]; 2],
    bound: f64,
) {
    let results = LEVELS.map(|level| evaluate(level, kernel, [a, b]));
    let mut calculator = Exact::new();
    let (off, at) = worst([a, b], &results, |[a, b]| {
        let (a, b) = (calculator.of(a), calculator.of(b));
        exact(&mut calculator, &a, &b)
    });
    println!("{name:10} {} {off:6.3} at {at:?}", T::NAME);
    assert!(
        off <= bound,
        "{name} of {at:?} is off by {off} in {}",
        T::NAME
    );
}

fn measure_of_two<T: Format, K: Kernel<2, 1>>(
    name: &str,
    kernel: &K,
    exact: fn(&mut Exact, &BigFloat, &BigFloat) -> BigFloat,
    ranges: &[[(f64, f64); 2]],
    others: usize,
    bound: f64,
) {
    let [mut a, mut b] = pairs::<T>(ranges);
    a.extend(any::<T>(90, others));
    b.extend(any::<T>(91, others));
    measure_pairs(name, kernel, exact, [&a, &b], bound);
    let mut calculator = Exact::new();
    let few = FEW.min(a.len());
    measure_single(name, kernel, [&a[..few], &b[..few]], |[a, b]| {
        let (a, b) = (calculator.of(a), calculator.of(b));
        exact(&mut calculator, &a, &b)
    });
}

/// A function of two numbers whose zeros are along a line, on lanes and in single numbers: by the last place of the larger of the value
/// and 1.
fn measure_beside_one<T: Format, K: Kernel<2, 1>>(
    name: &str,
    kernel: &K,
    exact: fn(&mut Exact, &BigFloat, &BigFloat) -> BigFloat,
    ranges: &[[(f64, f64); 2]],
    bound: f64,
) {
    let [a, b] = pairs::<T>(ranges);
    let mut results = LEVELS
        .map(|level| evaluate(level, kernel, [&a[..], &b]))
        .to_vec();
    results.push(
        (0..a.len())
            .map(|at| kernel.eval([a[at], b[at]])[0])
            .collect(),
    );
    let mut calculator = Exact::new();
    let mut worst = (0.0, [0.0; 2]);
    for at in 0..a.len() {
        let arguments = [a[at], b[at]].map(crate::Constant::to_f64);
        let [x, y] = arguments.map(|x| calculator.of(x));
        let value = exact(&mut calculator, &x, &y);
        let size = exact::to_f64(&value).abs().max(1.0);
        let unit = 2_f64.powi(size.log2().floor() as i32 + 1 - T::DIGITS);
        for of_level in &results {
            let found = calculator.of(of_level[at].to_f64());
            let off = exact::to_f64(&calculator.sub(&value, &found)).abs() / unit;
            if off.is_nan() || off > worst.0 {
                worst = (off, arguments);
            }
        }
    }
    let (off, at) = worst;
    println!("{name:10} {} {off:6.3} at {at:?}", T::NAME);
    assert!(
        off <= bound,
        "{name} of {at:?} is off by {off} in {}",
        T::NAME
    );
}

/// Arguments at which something ends or begins.
const CORNERS: [f64; 26] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    -2.0,
    0.5,
    -0.5,
    3.0,
    -3.0,
    1e30,
    -1e30,
    1e-30,
    -1e-30,
    f64::INFINITY,
    -f64::INFINITY,
    f64::NAN,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    5e-324,
    -5e-324,
    f32::MAX as f64,
    f32::MIN_POSITIVE as f64,
    1e-45,
    -1e-45,
];

/// At the corners the function on single numbers decides: zeros with their signs, infinities and NaN exactly, and numbers
/// to a few last places of them, or of `beside` where that is larger.
fn meet_at_corners<T: Format, K: Kernel<I, 1>, const I: usize>(
    name: &str,
    kernel: &K,
    inputs: [&[T]; I],
    beside: f64,
) {
    let near = |a: T, b: T| (a - b).to_f64().abs() <= 4.0 * T::EPSILON.to_f64() * beside;
    for level in LEVELS {
        let results = evaluate(level, kernel, inputs);
        for (at, found) in results.into_iter().enumerate() {
            let arguments = inputs.map(|input| input[at]);
            let [single] = kernel.eval(arguments);
            let apart = single.bits().abs_diff(found.bits());
            let same = if single.is_nan() {
                found.is_nan()
            } else if single.is_finite() && !single.equal(T::of(0.0)) {
                apart <= 5 || near(single, found)
            } else {
                apart == 0
            };
            assert!(
                same,
                "{name} of {arguments:?} is {single:?}, not {found:?}, at {level:?}"
            );
        }
    }
}

fn corners<T: Format, K: Kernel<1, 1>>(name: &str, kernel: &K) {
    let x = CORNERS.map(T::of);
    meet_at_corners(name, kernel, [&x[..]], 0.0);
}

fn corners_of_two<T: Format, K: Kernel<2, 1>>(name: &str, kernel: &K, beside: f64) {
    let a: Vec<T> = CORNERS
        .iter()
        .flat_map(|a| CORNERS.map(|_| T::of(*a)))
        .collect();
    let b: Vec<T> = CORNERS.iter().flat_map(|_| CORNERS.map(T::of)).collect();
    meet_at_corners(name, kernel, [&a[..], &b], beside);
}

/// One test a function, by the rows of the list that have an error.
macro_rules! errors {
    ([] $(
        $(#[$doc:meta])* $name:ident($($arg:ident),+) = $on:ident $($libm:ident)?, $lanes:ident, $error:tt, $ranges:tt, $exact:tt;
    )*) => {
        $(errors! { @test $name $error $ranges ($($arg)+) })*
    };
    (@test $name:ident - $ranges:tt $args:tt) => {};
    (@test $name:ident (within $bound:literal) $ranges:tt $args:tt) => {
        errors! { @test $name $bound $ranges $args 0 }
    };
    (@test $name:ident $bound:literal $ranges:tt $args:tt) => {
        errors! { @test $name $bound $ranges $args samples() }
    };
    (@test $name:ident (beside 1, $bound:literal) $ranges:tt ($a:ident $b:ident)) => {
        #[test]
        fn $name() {
            let (name, kernel) = (stringify!($name), &kernels::$name);
            corners_of_two::<f32, _>(name, kernel, 1.0);
            corners_of_two::<f64, _>(name, kernel, 1.0);
            measure_beside_one::<f32, _>(name, kernel, Exact::$name, &$ranges, $bound);
            measure_beside_one::<f64, _>(name, kernel, Exact::$name, &$ranges, $bound);
        }
    };
    (@test $name:ident (within $bound:literal, mirrored $mirrored:literal) $ranges:tt $args:tt) => {
        errors! { @test $name $bound $ranges $args 0 }

        mod $name {
            use super::*;

            #[test]
            fn mirrored() {
                let (name, kernel) = (stringify!($name), &kernels::$name);
                measure_mirrored::<f32, _>(name, kernel, Exact::$name, $mirrored);
                measure_mirrored::<f64, _>(name, kernel, Exact::$name, $mirrored);
            }
        }
    };
    (@test $name:ident $bound:literal $ranges:tt ($x:ident) $others:expr) => {
        #[test]
        fn $name() {
            let (name, kernel) = (stringify!($name), &kernels::$name);
            let ranges = $ranges.map(|[range]: [(f64, f64); 1]| range);
            corners::<f32, _>(name, kernel);
            corners::<f64, _>(name, kernel);
            measure::<f32, _>(name, kernel, Exact::$name, &ranges, $others, $bound);
            measure::<f64, _>(name, kernel, Exact::$name, &ranges, $others, $bound);
        }
    };
    (@test $name:ident $bound:literal $ranges:tt ($a:ident $b:ident) $others:expr) => {
        #[test]
        fn $name() {
            let (name, kernel) = (stringify!($name), &kernels::$name);
            corners_of_two::<f32, _>(name, kernel, 0.0);
            corners_of_two::<f64, _>(name, kernel, 0.0);
            measure_of_two::<f32, _>(name, kernel, Exact::$name, &$ranges, $others, $bound);
            measure_of_two::<f64, _>(name, kernel, Exact::$name, &$ranges, $others, $bound);
        }
    };
}

each_function!(errors);

/// Sine and cosine together, of which each kernel gives one.
#[test]
fn sin_cos() {
    struct Both<const SIDE: usize>;
    impl<const SIDE: usize> Kernel<1, 1> for Both<SIDE> {
        fn eval<T: Real>(&self, [x]: [T; 1]) -> [T; 1] {
            let (sin, cos) = x.sin_cos();
            [if SIDE == 0 { sin } else { cos }]
        }
    }
    let ranges = [(-1.6, 1.6), (-7.0, 7.0), (-1e3, 1e3), (-2e6, 2e6)];
    corners::<f32, _>("sin of both", &Both::<0>);
    corners::<f64, _>("cos of both", &Both::<1>);
    measure::<f32, _>("sin", &Both::<0>, Exact::sin, &ranges, samples(), 2.0);
    measure::<f32, _>("cos", &Both::<1>, Exact::cos, &ranges, samples(), 2.0);
    measure::<f64, _>("sin", &Both::<0>, Exact::sin, &ranges, samples(), 2.0);
    measure::<f64, _>("cos", &Both::<1>, Exact::cos, &ranges, samples(), 2.0);
}

/// The `f32` below 1,600 that are nearest to a multiple of a quarter turn.
const NEAREST_F32: [f64; 6] = [
    252.898_208_618_164_06,
    505.796_417_236_328_1,
    1_011.592_834_472_656_2,
    4.712_388_992_309_57,
    1.570_796_370_506_286_6,
    215.199_096_679_687_5,
];
/// The `f64` below 1.6 × 10⁶.
const NEAREST_F64: [f64; 6] = [
    45.553_093_477_052,
    1_457.698_991_265_664,
    321_307.959_442_222_9,
    642_615.918_884_445_8,
    5_830.795_965_062_656,
    std::f64::consts::FRAC_PI_2,
];

/// Multiples of a quarter turn, and the numbers that are nearest to one: of those, next to nothing is left when it is taken
/// away.
#[test]
fn next_to_quarter_turns() {
    fn check<T: Format>(turns: impl Iterator<Item = u32>, nearest: &[f64]) {
        let turns = turns.map(|turns| f64::from(turns) * std::f64::consts::FRAC_PI_2);
        let x: Vec<T> = turns.chain(nearest.iter().copied()).map(T::of).collect();
        measure_at("sin", &kernels::sin, Exact::sin, &x, 2.0);
        measure_at("cos", &kernels::cos, Exact::cos, &x, 2.0);
        measure_at("tan", &kernels::tan, Exact::tan, &x, 2.0);
    }
    check::<f32>((1..1019).step_by(7), &NEAREST_F32);
    check::<f64>((1..1_000_000).step_by(9_973), &NEAREST_F64);
}

/// Where they are 1, rounding must not take them past it.
#[test]
fn never_past_one() {
    fn check<T: Format>(width: f64) {
        for turn in [0.5, 1.0, 1.5, 20.0, 20.5] {
            let top = turn * std::f64::consts::PI;
            let x: Vec<T> = between((top - width, top + width), 0, 20_000).collect();
            for level in LEVELS {
                let mut y = evaluate(level, &kernels::sin, [&x[..]]);
                y.extend(evaluate(level, &kernels::cos, [&x[..]]));
                let past = y.iter().find(|y| y.to_f64().abs() > 1.0);
                assert!(past.is_none(), "{past:?} near {top} at {level:?}");
            }
        }
    }
    check::<f32>(1e-3);
    check::<f64>(2e-8);
}

/// The tail of erfc takes a series of thousands of terms, so fewer numbers of it.
#[test]
fn erfc_down_to_zero() {
    let x: Vec<f64> = (0..64).map(|at| 10.0 + 0.28 * f64::from(at)).collect();
    let results = LEVELS.map(|level| evaluate(level, &kernels::erfc, [&x[..]]));
    let mut calculator = Exact::new();
    let (off, [at]) = worst([&x[..]], &results, |[x]| {
        let x = calculator.of(x);
        calculator.erfc(&x)
    });
    assert!(off <= 4.0, "erfc of {at} is off by {off}");
}

/// The remainder is exact: against that of single numbers, which is Rust's, on every instruction set.
#[test]
fn remainders() {
    struct Remainder;
    impl Kernel<2, 1> for Remainder {
        fn eval<T: Real>(&self, [x, y]: [T; 2]) -> [T; 1] {
            [x % y]
        }
    }
    fn check<T: Format>() {
        corners_of_two::<T, _>("remainder", &Remainder, 0.0);
        let ranges = [
            [(-10.0, 10.0), (-1.0, 1.0)],
            [(-1e6, 1e6), (0.0, 7.0)],
            [(-1e30, 1e30), (0.0, 1e3)],
        ];
        let [mut x, mut y] = pairs::<T>(&ranges);
        x.extend(any::<T>(90, samples()));
        y.extend(any::<T>(91, samples()));
        // Whole multiples, and numbers next to them.
        for n in 0..samples() {
            let step = T::of((mixed(n as u64) >> 40) as f64 / 1e5);
            let multiple = step * T::of((n / 3) as f64);
            x.push(T::from_bits(multiple.bits() + n as u64 % 3));
            y.push(step);
        }
        for level in LEVELS {
            let found = evaluate(level, &Remainder, [&x[..], &y]);
            for (at, found) in found.into_iter().enumerate() {
                let exact = x[at] % y[at];
                let same = exact.bits() == found.bits() || exact.is_nan() && found.is_nan();
                let arguments = (x[at], y[at]);
                assert!(
                    same,
                    "{arguments:?}: {found:?}, not {exact:?}, at {level:?}"
                );
            }
        }
    }
    check::<f32>();
    check::<f64>();
}
