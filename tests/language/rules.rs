//! Every element-wise row of the rule table through the real macro, in `f32` and `f64`: values and derivatives in every
//! mode against dual numbers and central differences over its probe, and the conventions at its corners.
//!
//! Rows come from the table itself, so a new row is tested from the day it is there; what it should be is one line in
//! [`references`], which shares no code with it. A row without such a line fails.

use crate::common::Float;
use crate::references::Dual;
use graph_runtime::Real;
use num_dual::{Dual64, HyperDual64};

/// The operation that a row is a call of.
fn operation(row: &str) -> &str {
    let operation = row.split("_of_").next().unwrap_or(row);
    operation.split("_at_").next().unwrap_or(operation)
}

/// The reference of a row on dual numbers; its name has the values of arguments that are given, and tells apart calls that leave
/// one out.
fn reference<D: Dual>(row: &str, args: &[D]) -> D {
    let values = row.split_once("_at_").map(|(_, values)| values);
    let given = values.into_iter().flat_map(|values| values.split("_and_"));
    let given = given.map(|value| D::from(value.parse::<f64>().expect("a number")));
    let args: Vec<D> = given.into_iter().chain(args.iter().copied()).collect();
    crate::references::dual(operation(row), &args)
        .unwrap_or_else(|| panic!("`{row}` has no reference"))
}

/// One row of the table, behind the macro.
trait Row<const N: usize> {
    const NAME: &'static str;
    /// The values of arguments left out.
    const REST: &'static [f64];
    const PROBE: [(f64, f64); N];
    /// The argument, whether its absolute value is meant, the relation, the bound.
    const DOMAIN: Option<(usize, bool, &'static str, f64)>;
    const KINKS: &'static [([f64; N], [f64; N])];

    fn value<T: Real>(at: [T; N]) -> T;
    /// Value and gradient times `seed`, by each mode that takes a seed or a tangent.
    fn seeded<T: Real>(at: [T; N], seed: T) -> [(&'static str, T, [T; N]); 3];
    /// Value and gradient, by each mode that takes neither.
    fn unseeded<T: Real>(at: [T; N]) -> [(&'static str, T, [T; N]); 2];
    /// Value, gradient and Hessian, and the Hessian again by its products with each direction.
    #[expect(clippy::type_complexity, reason = "as the graph gives it")]
    fn second<T: Real>(at: [T; N]) -> ((T, [T; N], [[T; N]; N]), [[T; N]; N]);

    /// The value and the gradient by the reference.
    fn reference(at: [f64; N]) -> (f64, [f64; N]) {
        let run = |moved: Option<usize>| {
            let mut args: Vec<Dual64> = at.iter().chain(Self::REST).map(|x| (*x).into()).collect();
            if let Some(moved) = moved {
                args[moved].eps = 1.0;
            }
            reference(Self::NAME, &args)
        };
        (run(None).re, std::array::from_fn(|arg| run(Some(arg)).eps))
    }

    /// The second derivatives by the reference: one dual number inside another.
    fn second_reference(at: [f64; N]) -> [[f64; N]; N] {
        let entry = |row: usize, column: usize| {
            let both = at.iter().chain(Self::REST);
            let mut args: Vec<HyperDual64> = both.map(|x| (*x).into()).collect();
            args[row].eps1 = 1.0;
            args[column].eps2 = 1.0;
            reference(Self::NAME, &args).eps1eps2
        };
        std::array::from_fn(|row| std::array::from_fn(|column| entry(row, column)))
    }

    /// Whether the row is defined here, its edge included if `closed`.
    fn contains(at: [f64; N], closed: bool) -> bool {
        let Some((arg, absolute, relation, bound)) = Self::DOMAIN else {
            return true;
        };
        let x = if absolute { at[arg].abs() } else { at[arg] };
        (closed && x == bound)
            || match relation {
                "<" => x < bound,
                "<=" => x <= bound,
                ">" => x > bound,
                ">=" => x >= bound,
                "!=" => x != bound,
                other => panic!("the relation {other}"),
            }
    }

    /// Points all over the probe, and their mirror images as far as the domain goes. No two arguments are ever equal.
    fn samples() -> Vec<[f64; N]> {
        let count = [200_usize, 24, 8][N - 1];
        let mirrored = if N < 3 { 1 << N } else { 1 };
        let mut samples = Vec::new();
        for place in 0..count.pow(u32::try_from(N).expect("few arguments")) * mirrored {
            let (mut place, signs) = (place / mirrored, place % mirrored);
            let at = std::array::from_fn(|arg| {
                let (low, high) = Self::PROBE[arg];
                let step = (place % count) as f64 + 0.5 + 0.1 * arg as f64;
                place /= count;
                let share = step / count as f64;
                // The middle of three is moved past the other two.
                let share = if N == 3 && arg == 0 {
                    4.0 * share - 1.5
                } else {
                    share
                };
                let x = low + (high - low) * share;
                if signs >> arg & 1 == 1 { -x } else { x }
            });
            // One condition is not always all: of two arguments both may have to be positive.
            if Self::contains(at, false) && !Self::reference(at).0.is_nan() {
                samples.push(at);
            }
        }
        assert!(
            samples.len() >= count,
            "{} is defined at {}",
            Self::NAME,
            samples.len()
        );
        samples
    }

    /// Zeros, infinities and the edges of the domain, in every combination.
    fn corners() -> Vec<[f64; N]> {
        let mut special = vec![0.0, -0.0, 1.0, f64::INFINITY, f64::NEG_INFINITY];
        if let Some((_, _, _, bound)) = Self::DOMAIN {
            special.extend([bound, -bound]);
        }
        let count = special.len().pow(u32::try_from(N).expect("few arguments"));
        let points = (0..count).map(|mut place| {
            std::array::from_fn(|_| {
                let x = special[place % special.len()];
                place /= special.len();
                x
            })
        });
        points.collect()
    }
}

/// Every mode, with seeds put into and taken out of those that have none.
fn every_way<R: Row<N>, T: Float + Real, const N: usize>(
    at: [f64; N],
    seed: f64,
) -> Vec<(&'static str, T, [T; N])> {
    let at = at.map(<T as Float>::of);
    let mut ways = R::seeded(at, <T as Float>::of(seed)).to_vec();
    if seed == 1.0 {
        ways.extend(R::unseeded(at));
    }
    ways
}

/// Near enough relative to the number, or to a twentieth where it is smaller than that and may be a difference.
fn near<T: Float>(got: T, want: f64) -> bool {
    (got.wide() - want).abs() <= T::TOLERANCE * want.abs().max(0.05)
}

fn agrees_with_its_reference<R: Row<N>, T: Float + Real, const N: usize>() {
    for at in R::samples() {
        let at = at.map(|x| <T as Float>::of(x).wide());
        let (value, slopes) = R::reference(at);
        let alone = R::value(at.map(<T as Float>::of));
        assert!(
            near(alone, value),
            "{}{at:?}: {alone:?}, not {value}",
            R::NAME
        );
        for seed in [1.0, -2.0] {
            for (mode, got, gradient) in every_way::<R, T, N>(at, seed) {
                assert!(
                    near(got, value),
                    "{}{at:?}, {mode}: {got:?}, not {value}",
                    R::NAME
                );
                let wanted = slopes.map(|slope| seed * slope);
                assert!(
                    gradient
                        .iter()
                        .zip(wanted)
                        .all(|(got, want)| near(*got, want)),
                    "{}{at:?}, {mode} of {seed}: {gradient:?}, not {wanted:?}",
                    R::NAME
                );
            }
        }
    }
}

/// Near enough for a second derivative, which cancels more than a first one.
fn near_second<T: Float>(got: T, want: f64) -> bool {
    (got.wide() - want).abs() <= 20.0 * T::TOLERANCE * want.abs().max(0.5)
}

fn second_order_agrees<R: Row<N>, T: Float + Real, const N: usize>() {
    for at in R::samples() {
        let at = at.map(|x| <T as Float>::of(x).wide());
        let ((value, gradient, hessian), products) = R::second(at.map(<T as Float>::of));
        let (want, slopes) = R::reference(at);
        let first = near(value, want) && std::iter::zip(gradient, slopes).all(|(g, w)| near(g, w));
        assert!(first, "{}{at:?}: {value:?} and {gradient:?}", R::NAME);
        let wanted = R::second_reference(at);
        for row in 0..N {
            for column in 0..N {
                let (got, product) = (hessian[row][column], products[row][column]);
                assert_eq!(
                    got.wide(),
                    hessian[column][row].wide(),
                    "{}{at:?} is not symmetric",
                    R::NAME
                );
                for got in [got, product] {
                    assert!(
                        near_second(got, wanted[row][column]),
                        "{}{at:?}, second derivative by {row} and {column}: {got:?}, not {}",
                        R::NAME,
                        wanted[row][column]
                    );
                }
            }
        }
    }
}

/// Where the slopes are finite at a kink, so are the second derivatives; but the length of the origin bends without bound.
fn second_order_at_kinks<R: Row<N>, T: Float + Real, const N: usize>() {
    for (at, slopes) in R::KINKS {
        if slopes.iter().any(|slope| !slope.is_finite()) || R::NAME == "hypot" {
            continue;
        }
        let ((_, gradient, hessian), _) = R::second(at.map(<T as Float>::of));
        let same = std::iter::zip(gradient, slopes).all(|(got, want)| got.wide() == *want);
        assert!(same, "{}{at:?}: {gradient:?}", R::NAME);
        let finite = hessian
            .iter()
            .flatten()
            .all(|entry| entry.wide().is_finite());
        assert!(finite, "{}{at:?}: {hessian:?}", R::NAME);
    }
}

fn agrees_with_central_differences<R: Row<N>, const N: usize>() {
    const STEP: f64 = 6e-6;
    for at in R::samples() {
        let [_, (_, _, gradient)] = R::unseeded(at);
        for (arg, slope) in gradient.into_iter().enumerate() {
            let moved = |by: f64| {
                let mut moved = at;
                moved[arg] += by;
                R::value(moved)
            };
            let wanted = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
            assert!(
                (slope - wanted).abs() <= 1e-7 * wanted.abs().max(1.0),
                "{}{at:?} by argument {arg}: {slope}, not {wanted}",
                R::NAME
            );
        }
    }
}

fn kinks_are_as_declared<R: Row<N>, T: Float + Real, const N: usize>() {
    for (at, slopes) in R::KINKS {
        for seed in [1.0, -2.0] {
            for (mode, _, gradient) in every_way::<R, T, N>(*at, seed) {
                let exact = gradient.iter().zip(slopes).all(|(got, slope)| {
                    let (got, want) = (got.wide(), seed * slope);
                    got == want || (got.is_nan() && want.is_nan())
                });
                assert!(
                    exact,
                    "{}{at:?}, {mode} of {seed}: {gradient:?}, not {slopes:?}",
                    R::NAME
                );
            }
        }
    }
}

/// One NaN among ordinary arguments. Where IEEE 754 says otherwise is [`nan_that_ieee_754_ignores`].
fn nan_stays_nan<R: Row<N>, T: Float + Real, const N: usize>() {
    for at in R::samples().into_iter().step_by(7) {
        // Mirrored, a parametrised row may be on the branch that has no parameter.
        let inside = at
            .iter()
            .zip(R::PROBE)
            .all(|(x, (low, high))| (low..=high).contains(x));
        for arg in (0..N).filter(|_| inside) {
            let mut at = at;
            at[arg] = f64::NAN;
            let value = R::value(at.map(<T as Float>::of));
            assert!(value.wide().is_nan(), "{}{at:?} is {value:?}", R::NAME);
            for (mode, value, _) in every_way::<R, T, N>(at, 1.0) {
                assert!(
                    value.wide().is_nan(),
                    "{}{at:?}, {mode}: {value:?}",
                    R::NAME
                );
            }
        }
    }
}

/// Nothing panics anywhere; every mode has the same value; and where the arguments are numbers in the closed domain, a
/// seed of zero gives zeros, however steep it is there.
fn corners_are_harmless<R: Row<N>, T: Float + Real, const N: usize>() {
    for at in R::corners() {
        let value = R::value(at.map(<T as Float>::of)).wide();
        for seed in [1.0, 0.0] {
            for (mode, other, gradient) in every_way::<R, T, N>(at, seed) {
                let other = other.wide();
                let same = value == other || (value.is_nan() && other.is_nan());
                assert!(same, "{}{at:?}, {mode}: {other}, not {value}", R::NAME);
                let finite = at.iter().all(|x| x.is_finite());
                if seed == 0.0 && finite && R::contains(at, true) {
                    let shut = gradient.iter().all(|slope| slope.wide() == 0.0);
                    assert!(shut, "{}{at:?}, {mode} of zero: {gradient:?}", R::NAME);
                }
            }
        }
    }
}

macro_rules! row {
    ($name:ident($($x:ident),+) with [$($rest:expr),*] = { $($call:tt)+ };
     probe [$($probe:expr),+]; domain $domain:expr; kinks [$($kink:expr),*];) => {
        mod $name {
            use graph_runtime::{Real, graph};

            graph! {
                #[graph(hessian)]
                fn f($($x),+) -> result { result = $($call)+; }
            }

            const N: usize = [$(stringify!($x)),+].len();

            struct Itself;

            impl super::Row<N> for Itself {
                const NAME: &'static str = stringify!($name);
                const REST: &'static [f64] = &[$($rest),*];
                const PROBE: [(f64, f64); N] = [$($probe),+];
                const DOMAIN: Option<(usize, bool, &'static str, f64)> = $domain;
                const KINKS: &'static [([f64; N], [f64; N])] = &[$($kink),*];

                fn value<T: Real>([$($x),+]: [T; N]) -> T {
                    f($($x),+)
                }

                fn seeded<T: Real>([$($x),+]: [T; N], seed: T) -> [(&'static str, T, [T; N]); 3] {
                    let run = f::forward($($x),+);
                    let gradient = run.backward(seed);
                    let (value, pullback) = f::vjp($($x),+);
                    let pulled = common_flat(pullback(seed));
                    let mut tangent = None;
                    let pushed = std::array::from_fn(|arg| {
                        let mut along = [T::of(0.0); N];
                        along[arg] = seed;
                        let mut along = along.into_iter();
                        let (value, slope) = f::jvp($($x,)+ $(next!(along, $x)),+);
                        tangent = Some(value);
                        slope
                    });
                    [
                        ("backward", run.result, [$(gradient.$x),+]),
                        ("vjp", value, pulled),
                        ("jvp", tangent.expect("there is an argument"), pushed),
                    ]
                }

                fn unseeded<T: Real>([$($x),+]: [T; N]) -> [(&'static str, T, [T; N]); 2] {
                    let (value, gradient) = f::value_and_grad($($x),+);
                    let (again, matrix) = f::jacobian($($x),+);
                    [
                        ("value_and_grad", value, [$(gradient.$x),+]),
                        ("jacobian", again, [$(matrix.$x[0][0]),+]),
                    ]
                }

                fn second<T: Real>([$($x),+]: [T; N]) -> ((T, [T; N], [[T; N]; N]), [[T; N]; N]) {
                    let (value, gradient, hessian) = f::hessian($($x),+);
                    let products = std::array::from_fn(|row| {
                        let mut along = [T::of(0.0); N];
                        along[row] = T::of(1.0);
                        let mut along = along.into_iter();
                        f::hvp($($x,)+ $(next!(along, $x)),+).2.to_array()
                    });
                    ((value, gradient.to_array(), hessian), products)
                }
            }

            row!(@flat $($x)+);

            #[test]
            fn agrees_with_its_reference() {
                super::agrees_with_its_reference::<Itself, f64, N>();
                super::agrees_with_its_reference::<Itself, f32, N>();
            }

            #[test]
            fn agrees_with_central_differences() {
                super::agrees_with_central_differences::<Itself, N>();
            }

            #[test]
            fn second_order_agrees() {
                super::second_order_agrees::<Itself, f64, N>();
                super::second_order_agrees::<Itself, f32, N>();
            }

            #[test]
            fn second_order_at_kinks() {
                super::second_order_at_kinks::<Itself, f64, N>();
                super::second_order_at_kinks::<Itself, f32, N>();
            }

            #[test]
            fn kinks_are_as_declared() {
                super::kinks_are_as_declared::<Itself, f64, N>();
                super::kinks_are_as_declared::<Itself, f32, N>();
            }

            #[test]
            fn nan_stays_nan() {
                super::nan_stays_nan::<Itself, f64, N>();
                super::nan_stays_nan::<Itself, f32, N>();
            }

            #[test]
            fn corners_are_harmless() {
                super::corners_are_harmless::<Itself, f64, N>();
                super::corners_are_harmless::<Itself, f32, N>();
            }
        }
    };
    // What a pullback gives: a number, or a tuple of them.
    (@flat $x:ident) => {
        fn common_flat<T>(x: T) -> [T; N] {
            [x]
        }
    };
    (@flat $($x:ident)+) => {
        fn common_flat<T>(parts: ($(row!(@type $x)),+)) -> [T; N] {
            let ($($x),+) = parts;
            [$($x),+]
        }
    };
    (@type $x:ident) => { T };
}

graph_runtime::__private::__each_rule!(row);

/// Every row that a person calls has a reference; that no others have one is the table's own test.
#[test]
fn every_row_has_one_reference() {
    let mut rows = Vec::new();
    macro_rules! name {
        ($name:ident $($rest:tt)*) => {
            rows.push(operation(stringify!($name)));
        };
    }
    graph_runtime::__private::__each_rule!(name);
    rows.sort_unstable();
    rows.dedup();
    let without = |row: &&&str| !crate::references::NAMES.contains(row);
    let without: Vec<_> = rows.iter().filter(without).collect();
    assert!(without.is_empty(), "no reference: {without:?}");
}

/// IEEE 754 has three answers that no NaN changes.
#[test]
fn nan_that_ieee_754_ignores() {
    graph_runtime::graph! {
        fn power(a, b) -> c { c = a^b; }
        fn length(a, b) -> c { c = hypot(a, b); }
    }
    let nan = f64::NAN;
    assert_eq!((power(nan, 0.0), power(1.0, nan)), (1.0, 1.0));
    assert!(power(nan, 2.0).is_nan() && power(2.0, nan).is_nan());
    for infinity in [f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(
            (length(infinity, nan), length(nan, infinity)),
            (f64::INFINITY, f64::INFINITY)
        );
    }
}
