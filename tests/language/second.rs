//! Second derivatives: `hessian` and `hvp`, by the numbers of known cases, and `hvp` of arrays against `hessian` of the
//! same graph over fixed arrays. That every row of the rule table is right in second order is in `rules.rs`.

use crate::common::{Float, close};
use graph_runtime::graph;
use ndarray::{Array1, Array2, arr1, arr2, array};

/// Hessians are compared to 1e-10 relative.
#[track_caller]
fn assert_hessian<const N: usize>(got: [[f64; N]; N], want: [[f64; N]; N]) {
    let near = |(got, want): (&f64, &f64)| close(*got, *want, 1e-10);
    let all = got.as_flattened().iter().zip(want.as_flattened()).all(near);
    assert!(all, "{got:?}, but it should be {want:?}");
}

/// G05: small powers at zero.
#[test]
fn g05_small_powers_at_zero() {
    graph! {
        #[graph(hessian)]
        fn one(x) -> y { y = x^1; }
        #[graph(hessian)]
        fn two(x) -> y { y = x^2; }
        #[graph(hessian)]
        fn three(x) -> y { y = x^3; }
    }
    assert_eq!(one::hessian(0.0), (0.0, one::Grad { x: 1.0 }, [[0.0]]));
    assert_eq!(two::hessian(0.0), (0.0, two::Grad { x: 0.0 }, [[2.0]]));
    assert_eq!(three::hessian(0.0), (0.0, three::Grad { x: 0.0 }, [[0.0]]));
}

/// G12: a bent line has no curvature, at its bend neither.
#[test]
fn g12_relu_has_no_curvature() {
    graph! { #[graph(hessian)] fn f(x) -> y { y = relu(x); } }
    for (x, slope) in [(0.0, 0.0), (-1.0, 0.0), (2.0, 1.0)] {
        let (_, gradient, hessian) = f::hessian(x);
        assert_eq!((gradient.x, hessian), (slope, [[0.0]]));
    }
}

/// G14: what is made of max and abs inside is smooth outside.
#[test]
fn g14_softplus_at_its_hidden_kink() {
    graph! {
        #[graph(hessian)]
        fn plus(x) -> y { y = softplus(x); }
        #[graph(hessian)]
        fn log_sigmoid(x) -> y { y = -softplus(-x); }
    }
    let ln_2 = std::f64::consts::LN_2;
    assert_eq!(plus::hessian(0.0), (ln_2, plus::Grad { x: 0.5 }, [[0.25]]));
    assert_eq!(
        log_sigmoid::hessian(0.0),
        (-ln_2, log_sigmoid::Grad { x: 0.5 }, [[-0.25]])
    );
}

/// G19: a saturated hyperbolic tangent is flat.
#[test]
fn g19_saturated_tanh_is_flat() {
    graph! { #[graph(hessian)] fn f(x) -> y { y = tanh(x); } }
    let (value, gradient, [[second]]) = f::hessian(200.0_f32);
    assert_eq!((value, gradient.x, second.abs()), (1.0, 0.0, 0.0));
    let (value, gradient, [[second]]) = f::hessian(800.0_f64);
    assert_eq!((value, gradient.x, second.abs()), (1.0, 0.0, 0.0));
}

/// G28: a value that is used several times.
#[test]
fn g28_reused_intermediate() {
    graph! {
        #[graph(hessian)]
        fn f(a, b) -> y { c = a*b; d = a + b; e = c*d; y = e*c - d; }
    }
    let (value, gradient, hessian) = f::hessian(2.0, -3.0);
    assert_eq!((value, gradient.to_array()), (-35.0, [-1.0, 59.0]));
    assert_eq!(hessian, [[54.0, 36.0], [36.0, -56.0]]);
    let (value, gradient, along) = f::hvp(2.0, -3.0, 0.5, 2.0);
    assert_eq!((value, gradient.to_array()), (-35.0, [-1.0, 59.0]));
    assert_eq!(along.to_array(), [99.0, -94.0]);
}

/// G33: a loop that divides by its index.
#[test]
fn g33_loop_with_a_division() {
    graph! { #[graph(hessian)] fn f(a) -> s { s = sum(i in 1..=3, 1/(i + a^2)); } }
    let (value, gradient, hessian) = f::hessian(0.5);
    assert!(close(value, 1.552_136_752_136_752_1, f64::TOLERANCE));
    assert!(close(gradient.a, -0.932_205_420_410_548_6, f64::TOLERANCE));
    assert_hessian(hessian, [[-0.606_566_585_061_435]]);
}

/// G34: the Hessian of cross-entropy is that of its softmax.
#[test]
fn g34_softmax_cross_entropy() {
    graph! {
        #[graph(hessian)]
        fn f(x: [2], const t: [2]) -> loss { loss = softmax_cross_entropy(x, t); }
    }
    let (loss, gradient, hessian) = f::hessian([0.0, 3.0_f64.ln()], [1.0, 0.0]);
    assert!(close(loss, 1.386_294_361_119_890_6, f64::TOLERANCE));
    assert!(close(gradient.x[0], -0.75, 1e-12) && close(gradient.x[1], 0.75, 1e-12));
    assert_hessian(hessian, [[0.1875, -0.1875], [-0.1875, 0.1875]]);
}

/// G35: a variable inside of a function and outside of it.
#[test]
fn g35_inside_and_outside() {
    graph! { #[graph(hessian)] fn f(a, b) -> z { z = exp(a - b)*b; } }
    let (value, gradient, hessian) = f::hessian(0.2, 1.5);
    let (p, q) = (0.408_797_689_551_018_9, -0.136_265_896_517_006_3);
    assert!(close(value, p, f64::TOLERANCE));
    assert!(close(gradient.a, p, f64::TOLERANCE) && close(gradient.b, q, f64::TOLERANCE));
    assert_hessian(hessian, [[p, q], [q, q]]);
}

/// Only the branch taken bends, and a NaN of the other stays out.
#[test]
fn branches_in_second_order() {
    graph! { #[graph(hessian)] fn f(x) -> y { y = if x > 0 { x*sqrt(x) } else { x^2 }; } }
    assert_hessian(f::hessian(-2.0).2, [[2.0]]);
    assert_hessian(f::hessian(4.0).2, [[0.375]]);
}

/// A constant input has no row, and an array has one for each entry.
/// What overflows, or is no number, where no branch is taken has no second derivative either, though two branches share it.
#[test]
fn branches_not_taken_keep_what_overflows() {
    graph! {
        #[graph(hessian)]
        fn two(x, y, z) -> v { v = if x*y < 0 { exp(x)*y } else { 0 } + if x*z < 0 { exp(x)*z } else { 0 }; }
        #[graph(hessian)]
        fn many(x, z: [n]) -> v { v = sum(i in 0..n, if x*z[i] < 0 { exp(x)*z[i] } else { 0 }); }
        #[graph(hessian)]
        fn pairs(x: [n]) -> v { v = sum(i in 0..n, j in i + 1..n, if x[i]*x[j] < 0 { exp(x[i])*x[j] } else { 0 }); }
    }
    let z = arr1(&[1.0, 2.0]);
    for x in [1000.0, f64::INFINITY, f64::NAN] {
        assert_eq!(two::hessian(x, 1.0, 2.0).2, [[0.0; 3]; 3]);
        assert_eq!(two::hvp(x, 1.0, 2.0, 1.0, 0.5, 0.25).2.to_array(), [0.0; 3]);
        let (_, _, bend) = many::hvp(x, &z, 1.0, &arr1(&[0.5, 0.25])).unwrap();
        assert_eq!((bend.x, bend.z), (0.0, arr1(&[0.0, 0.0])));
        let (_, _, bend) = pairs::hvp(&arr1(&[x, 1.0, 2.0]), &arr1(&[1.0, 0.5, 0.25])).unwrap();
        assert_eq!(bend.x, arr1(&[0.0; 3]));
    }
}

#[test]
fn rows_are_those_of_the_flat_gradient() {
    graph! {
        #[graph(hessian)]
        fn f(a, const c, v: [2, 2]) -> z { z = c*a^2*v[0, 1] + v[0, 0]*v[1, 1]^3; }
    }
    let (_, gradient, hessian) = f::hessian(3.0, 0.5, [[1.0, 2.0], [5.0, -1.0]]);
    assert_eq!(gradient.to_array(), [6.0, -1.0, 4.5, 0.0, 3.0]);
    let want = [
        [2.0, 0.0, 3.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 3.0],
        [3.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 3.0, 0.0, 0.0, -6.0],
    ];
    assert_eq!(hessian, want);
}

/// The steepest corner: a strong zero stays one when it is differentiated.
#[test]
fn a_zero_seed_meets_infinite_curvature() {
    graph! { #[graph(hessian)] fn f(w, x) -> y { y = w*sqrt(x); } }
    let (value, gradient, hessian) = f::hessian(0.0, 4.0);
    assert_eq!((value, gradient.to_array()), (0.0, [2.0, 0.0]));
    assert_eq!(hessian, [[0.0, 0.25], [0.25, 0.0]]);
}

/// A function of the same block is seen through, also where it is called twice.
#[test]
fn inlined_functions_in_second_order() {
    graph! {
        fn square(x) -> y { y = x^2; }
        #[graph(hessian)]
        fn f(a, b) -> z { z = square(a)*square(a*b); }
    }
    let (a, b) = (1.5_f64, -2.0_f64);
    let want = [
        [12.0 * a * a * b * b, 8.0 * a.powi(3) * b],
        [8.0 * a.powi(3) * b, 2.0 * a.powi(4)],
    ];
    assert_hessian(f::hessian(a, b).2, want);
}

/// Where no derivative passes through a call, what is called need not have any.
#[test]
fn calls_that_are_held_constant() {
    mod outside {
        graph_runtime::graph! { pub fn f(x) -> y { y = sin(x); } }
    }
    graph! {
        #[graph(hessian)]
        fn g(x, const c) -> z { z = x^3*outside::f(c) + stop(outside::f(x)); }
    }
    let (value, gradient, [[second]]) = g::hessian(2.0_f64, 0.5);
    assert!(close(value, 8.0 * 0.5_f64.sin() + 2.0_f64.sin(), 1e-12));
    assert!(close(gradient.x, 12.0 * 0.5_f64.sin(), 1e-12));
    assert!(close(second, 12.0 * 0.5_f64.sin(), 1e-12));
}

/// One graph over fixed arrays and over arrays of any size.
#[test]
fn arrays_agree_with_fixed_arrays() {
    graph! {
        #[graph(hessian)]
        fn fixed(w: [3, 2], b: [2], const x: [4, 3], const t: [4, 2]) -> loss {
            loss = mean((tanh(x @ w + b) - t)^2) + logsumexp(b) + norm(w);
        }
        #[graph(hessian)]
        fn any(w: [k, m], b: [m], const x: [n, k], const t: [n, m]) -> loss {
            loss = mean((tanh(x @ w + b) - t)^2) + logsumexp(b) + norm(w);
        }
    }
    let (w, b) = ([[0.3, -0.2], [0.5, 0.1], [-0.7, 0.4]], [0.2, -0.1]);
    let x = [
        [1.0, 0.5, -0.3],
        [0.2, -1.0, 0.8],
        [-0.4, 0.6, 1.2],
        [0.9, -0.7, 0.1],
    ];
    let t = [[0.1, 0.0], [-0.5, 0.3], [0.7, -0.2], [0.0, 0.4]];
    let (dw, db) = ([[0.5, 1.0], [-0.25, 0.75], [1.5, -1.0]], [2.0, -0.5]);

    let (value, gradient, along) = fixed::hvp(w, b, x, t, dw, db);
    let (w, b, x, t) = (arr2(&w), arr1(&b), arr2(&x), arr2(&t));
    let (dw, db) = (arr2(&dw), arr1(&db));
    let (same, slopes, product) = any::hvp(&w, &b, &x, &t, &dw, &db).unwrap();
    assert!(close(same, value, 1e-13));
    let flat = |w: &Array2<f64>, b: &Array1<f64>| w.iter().chain(b).copied().collect::<Vec<_>>();
    for (got, want) in flat(&slopes.w, &slopes.b)
        .into_iter()
        .zip(gradient.to_array())
    {
        assert!(close(got, want, 1e-12), "{got} and {want}");
    }
    for (got, want) in flat(&product.w, &product.b)
        .into_iter()
        .zip(along.to_array())
    {
        assert!(close(got, want, 1e-11), "{got} and {want}");
    }
}

/// The product of entries is a polynomial: its second derivatives are right with no, one, two and three zeros in it.
#[test]
fn products_with_zeros() {
    graph! { #[graph(hessian)] fn f(x: [n]) -> p { p = prod(x); } }
    for x in [
        array![2.0, 3.0, -4.0, 5.0],
        array![2.0, 0.0, -4.0, 5.0],
        array![0.0, 3.0, 0.0, 5.0],
        array![0.0, 0.0, 0.0, 5.0],
    ] {
        let others = |skipped: &[usize]| {
            let left = (0..4).filter(|at| !skipped.contains(at));
            left.map(|at| x[at]).product::<f64>()
        };
        for column in 0..4 {
            let mut along = Array1::zeros(4);
            along[column] = 1.0;
            let (value, gradient, product) = f::hvp(&x, &along).unwrap();
            assert_eq!(value, others(&[]));
            for row in 0..4 {
                assert_eq!(gradient.x[row], others(&[row]), "{x} by {row}");
                let want = if row == column {
                    0.0
                } else {
                    others(&[row, column])
                };
                assert!(
                    close(product.x[row], want, 1e-14),
                    "{x} by {row} and {column}: {}",
                    product.x[row]
                );
            }
        }
    }
}

/// Rosenbrock's valley in any number of variables: its Hessian is tridiagonal and known.
#[test]
fn rosenbrock_of_any_length() {
    graph! {
        #[graph(hessian)]
        fn f(x: [n]) -> y { y = sum(100*(x[1..] - x[..n-1]^2)^2 + (1 - x[..n-1])^2); }
    }
    let x = array![-1.2, 1.0, 0.7, -0.3];
    let hessian = |row: usize, column: usize| match row.abs_diff(column) {
        0 => {
            let before = if row > 0 { 200.0 } else { 0.0 };
            let after = if row < 3 {
                1200.0 * x[row] * x[row] - 400.0 * x[row + 1] + 2.0
            } else {
                0.0
            };
            before + after
        }
        1 => -400.0 * x[row.min(column)],
        _ => 0.0,
    };
    let along = array![0.5, -1.0, 2.0, 0.25];
    let (_, _, product) = f::hvp(&x, &along).unwrap();
    for row in 0..4 {
        let want: f64 = (0..4)
            .map(|column| hessian(row, column) * along[column])
            .sum();
        assert!(
            close(product.x[row], want, 1e-12),
            "{} and {want}",
            product.x[row]
        );
    }
    let short = array![0.5];
    let error = f::hvp(&x, &short).unwrap_err().to_string();
    assert!(error.contains("d_x"), "{error}");
}

/// Lengths far from 1, whose squares and cubes are out of range, bend as those near it: curvature times length is the same.
#[test]
fn lengths_far_from_one_bend_alike() {
    graph! {
        #[graph(hessian)]
        fn pair(x, y) -> z { z = hypot(x, y); }
        #[graph(hessian)]
        fn fixed(x: [2]) -> z { z = norm(x); }
        #[graph(hessian)]
        fn any(x: [n]) -> z { z = norm(x); }
        #[graph(hessian)]
        fn rows(x: [n, 2]) -> z { z = sum(norm(x, axis = 1)); }
        #[graph(hessian)]
        fn angle(x, y) -> z { z = atan2(x, y); }
        #[graph(hessian)]
        fn scaled(w, x, y) -> z { z = w*hypot(x, y); }
    }
    let near = |what: &str, at: f64, got: f64, want: f64| {
        assert!(
            (got - want).abs() < 1e-14,
            "{what} at {at:e}: {got}, but it should be {want}"
        );
    };
    for at in [1.0, 1e-100, 1e100, 1e-160, 1e160, 1e-300, 1e300] {
        let (x, y) = (3.0 * at, 4.0 * at);
        let (_, _, bend) = pair::hvp(x, y, at, 0.0);
        near("hypot", at, bend.x, 0.128);
        near("hypot", at, bend.y, -0.096);
        let (_, _, bend) = fixed::hvp([x, y], [at, 0.0]);
        near("norm of a fixed array", at, bend.x[0], 0.128);
        let (_, _, bend) = any::hvp(&arr1(&[x, y]), &arr1(&[at, 0.0])).unwrap();
        near("norm", at, bend.x[0], 0.128);
        let (_, _, bend) = rows::hvp(&arr2(&[[x, y]]), &arr2(&[[at, 0.0]])).unwrap();
        near("norms of rows", at, bend.x[[0, 1]], -0.096);
        // An angle does not grow with the lengths, so its curvature falls with their square.
        let (_, _, bend) = angle::hvp(x, y, at, 0.0);
        near("atan2", at, bend.x * at, -0.0384);
        near("atan2", at, bend.y * at, -0.0112);
        let (_, _, bend) = angle::hvp(x, y, 0.0, at);
        near("atan2", at, bend.y * at, 0.0384);
        let (_, _, bend) = scaled::hvp(2.0, x, y, 0.0, at, 0.0);
        near("a product", at, bend.x, 0.256);
        near("a product", at, bend.w / at, 0.6);
    }
    for at in [1e-18_f32, 1e18, 1e-30, 1e30] {
        let (x, y) = (3.0 * at, 4.0 * at);
        let near = |got: f32, want: f32| assert!((got - want).abs() < 1e-6, "{got} at {at:e}");
        near(pair::hvp(x, y, at, 0.0).2.x, 0.128);
        near(fixed::hvp([x, y], [at, 0.0]).2.x[1], -0.096);
        near(
            any::hvp(&arr1(&[x, y]), &arr1(&[at, 0.0])).unwrap().2.x[0],
            0.128,
        );
        near(angle::hvp(x, y, at, 0.0).2.x * at, -0.0384);
        near(angle::hvp(x, y, 0.0, at).2.y * at, 0.0384);
    }
}

/// Where a slope is infinite, what does not move along the direction adds nothing.
#[test]
fn zeros_win_along_directions_too() {
    graph! {
        #[graph(hessian)]
        fn weighted(w, x) -> z { z = w*sqrt(x); }
        #[graph(hessian)]
        fn weighted_all(w: [n], x: [n]) -> z { z = sum(w*sqrt(x)); }
        #[graph(hessian)]
        fn apart(p: [n, 2]) -> z { z = sum(i in 0..n, sum(j in 0..n, norm(p[i] - p[j]))); }
    }
    let zero = arr1(&[0.0]);
    assert_eq!(weighted::hvp(0.0, 0.0, 0.0, 0.0).2.to_array(), [0.0, 0.0]);
    let (_, _, bend) = weighted_all::hvp(&zero, &zero, &zero, &zero).unwrap();
    assert_eq!((bend.w, bend.x), (zero.clone(), zero.clone()));
    // The distance of a point from itself does not move.
    let (p, along) = (
        arr2(&[[0.0, 0.0], [3.0, 4.0]]),
        arr2(&[[0.0, 0.0], [1.0, 0.0]]),
    );
    let (_, _, bend) = apart::hvp(&p, &along).unwrap();
    let near = bend
        .p
        .iter()
        .zip([-0.256, 0.192, 0.256, -0.192])
        .all(|(got, want)| close(*got, want, 1e-12));
    assert!(near, "{}", bend.p);
}

/// Along one input, given at run time, `hvp` says what a column of `hessian` says, at singular points too; and `jvp` what the gradient
/// says. Of the entries that mirror each other `hessian` has what is no number in either order: where an order of differentiation
/// matters, which it does at corners only, `hvp` along the two inputs says so together.
macro_rules! same_at_singular_points {
    ($($name:ident = $formula:expr;)*) => {
        graph! { $(#[graph(hessian)] fn $name(a, b) -> z { z = $formula; })* }
        const POINTS: [f64; 5] = [0.0, 1.0, -1.0, 0.5, -0.0];
        for (a, b) in POINTS.iter().flat_map(|a| POINTS.map(|b| (*a, b))) {
            $(
                let what = format!("{} at ({a}, {b})", stringify!($formula));
                let (value, gradient, hessian) = $name::hessian(a, b);
                let gradient = gradient.to_array();
                let first = [$name::hvp(a, b, 1.0, 0.0).2, $name::hvp(a, b, 0.0, 1.0).2];
                let [first, second] = first.map(|column| column.to_array());
                if value.is_finite() {
                    let [by_a, by_b] = [$name::jvp(a, b, 1.0, 0.0).1, $name::jvp(a, b, 0.0, 1.0).1];
                    assert_same(&what, [by_a, by_b], gradient);
                    assert_same(&what, [first[0], second[1]], [hessian[0][0], hessian[1][1]]);
                    let mixed = in_both_orders(first[1], second[0]);
                    assert_same(&what, [mixed; 2], [hessian[0][1], hessian[1][0]]);
                }
            )*
        }
    };
}

/// What is no number of the two, or the first.
fn in_both_orders(entry: f64, other: f64) -> f64 {
    match other.is_finite() {
        true => entry,
        false => entry + other,
    }
}

/// The same but for rounding, or both NaN.
#[track_caller]
fn assert_same(what: &str, got: [f64; 2], want: [f64; 2]) {
    let is_same =
        |(got, want): (f64, f64)| got.is_nan() && want.is_nan() || close(got, want, 1e-14);
    let all = got.into_iter().zip(want).all(is_same);
    assert!(all, "{what}: {got:?}, but it should be {want:?}");
}

#[test]
fn both_say_the_same_at_singular_points() {
    same_at_singular_points! {
        root = a*sqrt(b); rooted = sqrt(a)*b; power = a^b; base = b^a; logarithm = a*ln(b); cube = a*cbrt(b); arc = a*asin(b);
        quotient = a/b; roots = sqrt(a*b); length = hypot(a, b); angle = atan2(a, b); bump = exp(-a/b^2); inverse = a*acosh(b);
        square = a^2*sqrt(b); wave = sin(a)*cbrt(b); moved = (a - 1)*sqrt(b); product = a*b*sqrt(a + b); inner = a*atanh(b);
        far = a*norm([a, b]); chosen = if a > 0 { sqrt(b) } else { a*b }; above = max(a, 0)*sqrt(b); gate = relu(a)*ln(b);
        hinge = sqrt(relu(a))*b; poles = a*digamma(b) + ln_gamma(b); more = a^2*b^a; powers = b*a^0.5 + a*b^1.5;
        whole = (a*b)^0.5; flat = a*exp(2*ln(b)); three = prod([a, b, sqrt(a)]); smooth = a*sqrt(b)^3; size = abs(a)*sqrt(b);
        parallel = 1/((1/a)*(1/b)); both = a*b^(a + 1); bits = log2(a + b)*a*b; sum = (a + b)^a; higher = a*polygamma(1, b);
    }
}

/// The same of arrays of any size, which have no `hessian`.
#[test]
fn arrays_say_the_same_at_singular_points() {
    graph! {
        #[graph(hessian)]
        fn power(x, p) -> z { z = x^p; }
        #[graph(hessian)]
        fn powers(x: [n], p) -> z { z = sum(x^p); }
        #[graph(hessian)]
        fn weighted(w: [n], x: [n]) -> z { z = sum(w*sqrt(x)); }
        #[graph(hessian)]
        fn through(w: [n, n], x: [n], u) -> z { z = u*sum(sqrt(w @ x)); }
    }
    let column = power::hvp(0.0, 0.5, 1.0, 0.0).2;
    let (_, _, bend) = powers::hvp(&arr1(&[0.0]), 0.5, &arr1(&[1.0]), 0.0).unwrap();
    assert_eq!((bend.x[0], bend.p), (column.x, column.p));
    // Each entry stays or moves by itself.
    let zeros = arr1(&[0.0, 0.0]);
    let (_, _, bend) =
        weighted::hvp(&zeros, &zeros, &arr1(&[0.0, 1.0]), &arr1(&[1.0, 0.0])).unwrap();
    let infinity = f64::INFINITY;
    assert_eq!(bend.w.to_vec(), [infinity, 0.0]);
    assert_eq!(bend.x.to_vec(), [0.0, infinity]);
    // What a product of matrices is made of stays as a whole.
    let (w, still) = (arr2(&[[1.0, 0.0], [0.0, 1.0]]), arr2(&[[0.0; 2]; 2]));
    let (_, _, bend) = through::hvp(&w, &zeros, 0.0, &still, &arr1(&[1.0, 0.0]), 0.0).unwrap();
    assert_eq!((bend.x, bend.u), (zeros, infinity));
}

/// The exponent 0 makes a power constant and not its slope.
#[test]
fn slopes_change_at_the_exponent_zero() {
    graph! { #[graph(hessian)] fn power(x, p) -> z { z = x^p; } }
    let (_, gradient, hessian) = power::hessian(0.5_f64, 0.0);
    let ln = 0.5_f64.ln();
    assert_eq!(gradient.to_array(), [0.0, ln]);
    assert_eq!(hessian, [[0.0, 2.0], [2.0, ln * ln]]);
    assert_eq!(power::hvp(0.5, 0.0, 0.0, 1.0).2.x, 2.0);
    // Where the slope's own power is infinite, the convention holds.
    for x in [0.0, 1e-310] {
        assert_eq!(power::value_and_grad(x, 0.0).1.x, 0.0);
    }
}

/// Where the derivative that goes back into a matrix is 0 at the point, and not beside it: at the bottom of a square.
#[test]
fn squares_of_matrices_at_their_bottom() {
    graph! {
        #[graph(hessian)]
        fn volume(a: [2, 2]) -> l { l = logdet(a)^2; }
        #[graph(hessian)]
        fn residual(a: [2, 2], t) -> l { s = solve(a, [1, 1]); l = if t > 0 { (s[0] - s[1])^2 } else { 0 }; }
        #[graph(hessian)]
        fn volume_of_any(a: [k, k]) -> l { l = logdet(a)^2; }
        fn by_formulas(a: [k, k]) -> h: [k, k] { g = grad(logdet(a)^2, a); h = grad(g[0, 0], a); }
    }
    // 2 G G', where G is the inverse, turned.
    let (_, gradient, hessian) = volume::hessian([[2.0, 0.0], [0.0, 0.5]]);
    assert_eq!(gradient.a, [[0.0; 2]; 2]);
    let inverse = [0.5, 0.0, 0.0, 2.0];
    let rows = inverse.map(|row| inverse.map(|column| 2.0 * row * column));
    assert_hessian(hessian, rows);
    let a = array![[2.0, 0.0], [0.0, 0.5]];
    let along = array![[1.0, 0.0], [0.0, 0.0]];
    let (_, _, product) = volume_of_any::hvp(&a, &along).unwrap();
    assert_eq!(product.a, array![[0.5, 0.0], [0.0, 2.0]]);
    assert_eq!(by_formulas(&a).unwrap(), product.a);

    // The difference of both solutions has the slopes -(1, 1, -1, -1)/4.
    let (_, _, hessian) = residual::hessian([[2.0, 0.0], [0.0, 2.0]], 1.0);
    let slopes = [-0.25, -0.25, 0.25, 0.25, 0.0];
    assert_hessian(
        hessian,
        slopes.map(|row| slopes.map(|column| 2.0 * row * column)),
    );
    // And nothing comes through the other branch, of a matrix without an inverse.
    let (_, _, hessian) = residual::hessian([[2.0, 2.0], [2.0, 2.0]], -1.0);
    assert_hessian(hessian, [[0.0; 5]; 5]);
}
