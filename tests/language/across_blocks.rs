//! Second derivatives through calls of graphs made in other blocks, against the same formulas in one block.
#![allow(
    clippy::type_complexity,
    reason = "the type of a pullback is what it is"
)]

use graph_runtime::{Real, ShapeError, graph, ndarray};
use ndarray::{Array1, Array2, array};

/// A block twice: with what it calls in the block itself, and in blocks of their own, one of which calls another.
macro_rules! both_ways {
    ($($tokens:tt)*) => {
        mod here {
            graph_runtime::graph! {
                fn wave(x, y) -> z { z = sin(x*y) + x^3/y; }
                fn middle(x, y) -> z { z = wave(x^2, y)*exp(-y); }
                fn turned(v: [2], t) -> w: [2] { w = [[cos(t), -sin(t)], [sin(t), cos(t)]] @ v; }
                fn pair(x, y) -> (p, q) { p = x*y; q = exp(x - y); }
                fn root(x) -> y { y = sqrt(x); }
                fn power(x, p) -> y { y = x^p; }
                fn size(x) -> y { y = abs(x); }
                fn ratio(x, y) -> z { z = if y > 0 { x/y } else { x*y }; }
                fn length(v: [3]) -> r { r = norm(v); }
                fn partly_held(x, y) -> z { z = stop(x^2*y)*x + sin(stop(y))*y; }
                fn shares(x: [3]) -> (l, p: [3], q: [3]) { l = logsumexp(x); p = log_softmax(x); q = softmax(x); }
                fn lambert(x, y) -> w { w = root(w = 0.5, w*exp(w) - x*y); }
                $($tokens)*
            }
        }
        mod there {
            use super::far::{lambert, length, middle, partly_held, pair, power, ratio, root, shares, size, turned, wave};
            graph_runtime::graph! { $($tokens)* }
        }
    };
}

mod farther {
    graph_runtime::graph! { pub fn wave(x, y) -> z { z = sin(x*y) + x^3/y; } }
}

mod far {
    pub use super::farther::wave;
    graph_runtime::graph! {
        pub fn middle(x, y) -> z { z = super::farther::wave(x^2, y)*exp(-y); }
        pub fn turned(v: [2], t) -> w: [2] { w = [[cos(t), -sin(t)], [sin(t), cos(t)]] @ v; }
        pub fn pair(x, y) -> (p, q) { p = x*y; q = exp(x - y); }
        pub fn root(x) -> y { y = sqrt(x); }
        pub fn power(x, p) -> y { y = x^p; }
        pub fn size(x) -> y { y = abs(x); }
        pub fn ratio(x, y) -> z { z = if y > 0 { x/y } else { x*y }; }
        pub fn length(v: [3]) -> r { r = norm(v); }
        pub fn partly_held(x, y) -> z { z = stop(x^2*y)*x + sin(stop(y))*y; }
        pub fn shares(x: [3]) -> (l, p: [3], q: [3]) { l = logsumexp(x); p = log_softmax(x); q = softmax(x); }
        pub fn lambert(x, y) -> w { w = root(w = 0.5, w*exp(w) - x*y); }
    }
}

both_ways! {
    /// A chain of three blocks.
    #[graph(hessian)]
    pub fn chain(x, y) -> z { z = middle(x + y, y)^2; }
    #[graph(hessian)]
    pub fn of_arrays(v: [2], t) -> z { w: [2] = turned(v*t, t); z = w[0]*exp(w[1]); }
    #[graph(hessian)]
    pub fn several(x, y) -> z { (p, q) = pair(x, y^2); z = p*q^2; }
    #[graph(hessian)]
    pub fn one_of_two(x, y) -> z { (_p, q) = pair(x, wave(x, y)); z = q*x; }
    #[graph(hessian)]
    pub fn held(x, const c) -> z { z = middle(x, c)*wave(c, 2); }
    #[graph(hessian)]
    pub fn in_loops(x: [3], a) -> z {
        z = sum(i in 0..3, wave(x[i], a))*fold(s = a, i in 0..3, wave(s, x[i] + 2)) + sum(each(i in 0..3, middle(x[i], a))^2);
    }
    #[graph(hessian)]
    pub fn roots(x, y) -> z { z = y*root(x); }
    #[graph(hessian)]
    pub fn powers(x, p) -> z { z = 3*power(x, p); }
    #[graph(hessian)]
    pub fn sizes(x, y) -> z { z = size(x)*y^2 + size(y); }
    #[graph(hessian)]
    pub fn in_branches(x, y) -> z { z = if x > 0 { root(x)*y } else { ratio(x, y)^2 }; }
    #[graph(hessian)]
    pub fn stopped(x, y) -> z { z = partly_held(x*y, y)^2; }
    #[graph(hessian)]
    pub fn ruled(x: [3]) -> z { (l, p: [3], q: [3]) = shares(x); z = l^2*q[0] + p[0]*p[1] + q[2]; }
    /// What is found by a search.
    #[graph(hessian)]
    pub fn implicit(x, y) -> z { z = lambert(x, y^2)^2; }
    #[graph(hessian)]
    pub fn lengths(v: [3]) -> z { z = length(v)^3; }
    /// Derivatives in formulas, and their second derivatives, which are third ones of the callee.
    #[graph(hessian, batch)]
    pub fn formulas(x, y) -> z { z = grad(wave(x, y)^2, x)*jvp(middle(x, y), y, x); }
    #[graph(hessian)]
    pub fn matrix(v: [2], t) -> z { w: [2] = turned(v*t, t^2); z = sum(hessian(w[0]*w[1], v)^2)*t; }
    pub fn slope_of(x, y) -> z { z = grad(middle(x, y), y); }
}

/// To so many units of the last place of the largest entry, and what is no finite number is the same.
#[track_caller]
fn assert_alike<const N: usize>(found: &[[f64; N]; N], expected: &[[f64; N]; N]) {
    let finite = expected.iter().flatten().filter(|entry| entry.is_finite());
    let largest = finite.fold(0.0_f64, |largest, entry| largest.max(entry.abs()));
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
        let off = (found - expected).abs();
        assert!(
            same || off <= 1e-13 * largest.min(1e3 * expected.abs()) || off == 0.0,
            "{found:e} is not {expected:e}"
        );
    }
}

macro_rules! assert_both {
    ($name:ident($($arg:expr),*)) => {{

        let (value, gradient, hessian): (f64, _, _) = there::$name::hessian($($arg),*);
        let (expected, of, matrix): (f64, _, _) = here::$name::hessian($($arg),*);
        assert_alike(&[[value]], &[[expected]]);
        // Where the gradient is no number already, nothing is said of its change.
        if of.to_array().iter().all(|adjoint| !adjoint.is_nan()) {
            assert_alike(&hessian, &matrix);
        }
        for (found, expected) in gradient.to_array().iter().zip(of.to_array()) {
            assert_alike(&[[*found]], &[[expected]]);
        }
    }};
}

#[test]
fn every_graph_is_as_in_one_block() {
    for at in 0..8 {
        let (x, y) = (0.3 + 0.21 * f64::from(at), 1.9 - 0.17 * f64::from(at));
        assert_both!(chain(x, y));
        assert_both!(of_arrays([x, -y], y));
        assert_both!(several(x, y));
        assert_both!(one_of_two(x, y));
        assert_both!(held(x, y));
        assert_both!(in_loops([x, y, x * y], y));
        assert_both!(roots(x, y));
        assert_both!(powers(x, y));
        assert_both!(sizes(-x, y));
        assert_both!(in_branches(x, y));
        assert_both!(in_branches(-x, y));
        assert_both!(in_branches(-x, -y));
        assert_both!(lengths([x, y, -1.0]));
        assert_both!(stopped(x, y));
        assert_both!(implicit(x, y));
        assert_both!(formulas(x, y));
        assert_both!(matrix([x, y], y));
        let (z, along) = there::slope_of::jvp(x, y, 0.5, 2.0);
        let (expected, of) = here::slope_of::jvp(x, y, 0.5, 2.0);
        assert!((z - expected).abs() <= 1e-13 * expected.abs());
        assert!((along - of).abs() <= 1e-13 * of.abs());
    }
}

#[test]
fn known_numbers() {
    let (x, y) = (2.0_f64, 3.0_f64);
    // y √x: 0, 1/(2 √x) and -y x^(-3/2)/4.
    let (_, _, [[a, b], [c, d]]) = there::roots::hessian(x, y);
    let exact = [
        -y / 4.0 / (x * x.sqrt()),
        0.5 / x.sqrt(),
        0.5 / x.sqrt(),
        0.0,
    ];
    for (found, exact) in [a, b, c, d].into_iter().zip(exact) {
        assert!((found - exact).abs() <= 1e-15, "{found} is not {exact}");
    }
    let (_, _, along) = there::roots::hvp(x, y, 1.0, 2.0);
    assert!((along.x - (exact[0] + 2.0 * exact[1])).abs() <= 1e-15);
    let (_, _, [[second]]) = there::held::hessian(2.0_f32, 3.0_f32);
    let (_, _, [[expected]]) = here::held::hessian(2.0_f64, 3.0_f64);
    assert!((f64::from(second) - expected).abs() <= 1e-5 * expected.abs());
}

/// At the edge of a domain, at a kink, and where something is infinite or no number.
#[test]
fn singular_points() {
    let some = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        2.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    for x in some {
        for y in some {
            assert_both!(roots(x, y));
            assert_both!(sizes(x, y));
            assert_both!(in_branches(x, y));
            assert_both!(chain(x, y));
        }
        for p in [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, -1.0] {
            assert_both!(powers(x, p));
        }
    }
    assert_both!(lengths([0.0, 0.0, 0.0]));
    for x in [
        [0.0; 3],
        [1.0, 1.0, 0.0],
        [0.5, 2.0, 2.0],
        [1.0, 2.0, 0.5],
        [-40.0, 1.0, 3.0],
    ] {
        assert_both!(ruled(x));
    }
    assert_both!(lengths([1e-90, 0.0, 0.0]));
}

#[test]
fn many_points() {
    let x: Vec<f64> = (0..37).map(|at| 0.4 + 0.05 * f64::from(at)).collect();
    let y: Vec<f64> = (0..37).map(|at| 2.3 - 0.05 * f64::from(at)).collect();
    let (z, d) = there::formulas::batch(&x, &y).expect("the slices are of one length");
    for at in 0..x.len() {
        let (value, gradient) = here::formulas::value_and_grad(x[at], y[at]);
        let pairs = [(z[at], value), (d.x[at], gradient.x), (d.y[at], gradient.y)];
        for (found, expected) in pairs {
            assert!(
                (found - expected).abs() <= 1e-12 * expected.abs(),
                "{found} is not {expected}"
            );
        }
    }
}

// Arrays of any size.

mod far_arrays {
    graph_runtime::graph! {
        pub fn dense(x: [n, k], w: [k, m], const b: [m]) -> y: [n, m] { y = tanh(x @ w + b); }
        pub fn spread(x: [n]) -> s { s = sqrt(mean((x - mean(x))^2)); }
        pub fn shifted(x: [n], by) -> (y: [n]) { y = x*by + by^2*x^3; }
        pub fn moments(x: [n], by) -> (c: [n], m, s: [2]) { m = mean(x)*by; c = x^2 - m; s = [by*m, sum(x)]; }
        pub fn solved(a: [n, n], b: [n]) -> x: [n] { x = solve(a, b); }
        pub fn factored(a: [n, n]) -> z { l = cholesky(a); z = logdet(a) + sum(l^3); }
        pub fn ordered(a: [n, n]) -> z { (w, v) = eigh(a); z = sum(w^3*v[0]^2); }
        pub fn carried(x: [n], a) -> z { z = fold(s = a, i in 0..n, tanh(s*x[i] + a)); }
        pub fn labelled(t: [n], const ids: index[m]) -> z { z = sum(each(i in 0..m, t[ids[i]]^3)); }
        pub fn peaks(x: [n, k]) -> y: [n] { y = logsumexp(x)*max(x, axis = 1); }
    }
    graph_runtime::graph! {
        pub fn bend(x, a) -> y { y = x^2*a + exp(a*x); }
        pub fn turned(v: [2], t) -> w: [2] { w = [[cos(t), -sin(t)], [sin(t), cos(t)]] @ v; }
    }
}

macro_rules! arrays_both_ways {
    ($($tokens:tt)*) => {
        mod arrays_here {
            graph_runtime::graph! {
                fn dense(x: [n, k], w: [k, m], const b: [m]) -> y: [n, m] { y = tanh(x @ w + b); }
                fn spread(x: [n]) -> s { s = sqrt(mean((x - mean(x))^2)); }
                fn shifted(x: [n], by) -> (y: [n]) { y = x*by + by^2*x^3; }
                fn moments(x: [n], by) -> (c: [n], m, s: [2]) { m = mean(x)*by; c = x^2 - m; s = [by*m, sum(x)]; }
                fn solved(a: [n, n], b: [n]) -> x: [n] { x = solve(a, b); }
                fn factored(a: [n, n]) -> z { l = cholesky(a); z = logdet(a) + sum(l^3); }
                fn ordered(a: [n, n]) -> z { (w, v) = eigh(a); z = sum(w^3*v[0]^2); }
                fn carried(x: [n], a) -> z { z = fold(s = a, i in 0..n, tanh(s*x[i] + a)); }
                fn peaks(x: [n, k]) -> y: [n] { y = logsumexp(x)*max(x, axis = 1); }
                fn bend(x, a) -> y { y = x^2*a + exp(a*x); }
                fn turned(v: [2], t) -> w: [2] { w = [[cos(t), -sin(t)], [sin(t), cos(t)]] @ v; }
                $($tokens)*
            }
        }
        mod arrays_there {
            use super::far_arrays::{
                bend, carried, dense, factored, moments, ordered, peaks, shifted, solved, spread, turned,
            };
            graph_runtime::graph! { $($tokens)* }
        }
    };
}

arrays_both_ways! {
    #[graph(hessian)]
    pub fn network(x: [n, k], w: [k, 3], const b: [3], v: [3]) -> loss {
        hidden: [n, 3] = dense(x*2, w, b);
        loss = mean((hidden @ v)^2) + sum(hidden^3);
    }
    #[graph(hessian)]
    pub fn numbers_out(x: [n], y: [n]) -> z { z = spread(x + y)*spread(y); }
    #[graph(hessian)]
    pub fn of_any(x: [n], b) -> y {
        (c: [n], m, s: [2]) = moments(x*b, b);
        y = s[0]*sum(c*x) + s[1]*m;
    }
    #[graph(hessian)]
    pub fn entries(x: [n], a) -> z { z = sum(i in 0..n, bend(x[i], a))^2; }
    #[graph(hessian)]
    pub fn small_among_any(x: [n, 2], t) -> z { w: [2] = turned(mean(x, axis = 0), t); z = sum(w*x^2); }
    #[graph(hessian)]
    pub fn equations(a: [n, n], b: [n]) -> z { x: [n] = solved(a, b^2); z = sum(x^3); }
    #[graph(hessian)]
    pub fn factors(a: [n, n]) -> z { z = factored(a)^2; }
    #[graph(hessian)]
    pub fn eigenvalues(a: [n, n]) -> z { z = ordered(a)^2; }
    #[graph(hessian)]
    pub fn states(x: [n], a) -> z { z = fold(s = a, i in 0..n, bend(s, 0.1*x[i])*0.3)*carried(x, a); }
    #[graph(hessian)]
    pub fn tops(x: [n, k]) -> z { y: [n] = peaks(x); z = sum(y^2); }
    #[graph(hessian)]
    pub fn gradient(x: [n], a) -> z { y: [n] = shifted(x, a); z = sum(grad(sum(y^2), x)^2); }
    #[graph(hessian)]
    pub fn direction(x: [n], a) -> z { y: [n] = shifted(x, a); z = sum(jvp(y, x, x^2)^2); }
}

fn wave(rows: usize, columns: usize, shift: f64) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| {
        (shift + i as f64 + 0.7 * j as f64).sin()
    })
}

fn row(count: usize, shift: f64) -> Array1<f64> {
    wave(1, count, shift).row(0).to_owned()
}

/// Symmetric and positive definite.
fn definite(size: usize) -> Array2<f64> {
    let a = wave(size, size, 0.1);
    a.t().dot(&a) + Array2::<f64>::eye(size) + 0.3 * Array2::from_diag(&row(size, 0.5))
}

macro_rules! assert_along {
    ($name:ident($($arg:expr),*): $($field:ident)*) => {{
        let (value, gradient, along) = arrays_there::$name::hvp($($arg),*)?;
        let (expected, of, change) = arrays_here::$name::hvp($($arg),*)?;
        assert!((value - expected).abs() <= 1e-13 * expected.abs());
        $(
            assert_entries(&gradient.$field, &of.$field);
            assert_entries(&along.$field, &change.$field);
        )*
    }};
}

/// Of a number, or of an array.
trait Entries {
    fn entries(&self) -> Vec<f64>;
}

impl Entries for f64 {
    fn entries(&self) -> Vec<f64> {
        vec![*self]
    }
}

impl<D: ndarray::Dimension> Entries for ndarray::Array<f64, D> {
    fn entries(&self) -> Vec<f64> {
        self.iter().copied().collect()
    }
}

#[track_caller]
fn assert_entries(found: &impl Entries, expected: &impl Entries) {
    let (found, expected) = (found.entries(), expected.entries());
    let largest = expected
        .iter()
        .fold(0.0_f64, |largest, entry| largest.max(entry.abs()));
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        let off = (found - expected).abs();
        assert!(off <= 1e-13 * largest, "{found:e} is not {expected:e}");
    }
}

#[test]
fn arrays_of_any_size() -> Result<(), ShapeError> {
    for count in [1, 4, 33] {
        let (x, y, dx) = (row(count, 0.1), row(count, 1.1), row(count, 0.7));
        assert_along!(of_any(&x, 0.7, &dx, 0.3): x b);
        assert_along!(entries(&x, 0.7, &dx, 0.3): x a);
        assert_along!(states(&x, 0.7, &dx, 0.3): x a);
        assert_along!(gradient(&x, 0.7, &dx, 0.3): x a);
        assert_along!(direction(&x, 0.7, &dx, 0.3): x a);
        let (x2, d2) = (wave(count, 2, 0.1), wave(count, 2, 0.7));
        assert_along!(small_among_any(&x2, 0.7, &d2, 0.3): x t);
        assert_along!(tops(&x2, &d2): x);
        let (w, dw) = (wave(2, 3, 1.0), wave(2, 3, 0.9));
        assert_along!(network(&x2, &w, &row(3, 0.3), &row(3, 0.2), &d2, &dw, &row(3, 1.0)): x w v);
        if count > 1 {
            assert_along!(numbers_out(&x, &y, &dx, &row(count, 0.9)): x y);
        }
    }
    for size in [1, 2, 3, 5, 40] {
        let a = wave(size, size, 0.1) + 4.0 * size as f64 * Array2::<f64>::eye(size);
        let (da, b, db) = (wave(size, size, 0.7), row(size, 0.4), row(size, 0.3));
        assert_along!(equations(&a, &b, &da, &db): a b);
        assert_along!(factors(&definite(size), &da): a);
        if size < 6 {
            assert_along!(eigenvalues(&definite(size), &da): a);
        }
    }
    let diagonal = Array2::from_diag(&array![1.0, 2.0, 4.0]);
    assert_along!(eigenvalues(&diagonal, &wave(3, 3, 0.7)): a);
    Ok(())
}

// Operations of one's own.

/// By its numbers alone: the solution of a symmetric system of two equations.
fn solution<T: Real>(m: [T; 3], b: [T; 2]) -> [T; 2] {
    let determinant = m[0] * m[2] - m[1] * m[1];
    [
        (m[2] * b[0] - m[1] * b[1]) / determinant,
        (m[0] * b[1] - m[1] * b[0]) / determinant,
    ]
}

mod solution {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(m: [T; 3], b: [T; 2]) -> ([T; 2], impl Fn([T; 2]) -> ([T; 3], [T; 2])) {
        let x = super::solution(m, b);
        let pull = move |seed: [T; 2]| {
            let s = super::solution(m, seed);
            let crossed = s[0] * x[1] + s[1] * x[0];
            ([-s[0] * x[0], -crossed, -s[1] * x[1]], s)
        };
        (x, pull)
    }
}

/// By a function of plain numbers, whose slopes are said.
fn bessel<T: Real>(x: T) -> T {
    bessel::vjp(x).0
}

mod bessel {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
        let [value, slope] = T::lane_by_lane_with_slopes(
            [x],
            |[x]| [libm::j0(x), -libm::j1(x)],
            |[x]| [[-libm::j1(x)], [libm::j1(x) / x - libm::j0(x)]],
        );
        (value, move |seed| seed * slope)
    }
}

/// By a function of plain numbers alone.
fn rounded<T: Real>(x: T) -> T {
    rounded::vjp(x).0
}

mod rounded {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
        let [value, slope] = T::lane_by_lane([x], |[x]| [libm::j0(x), -libm::j1(x)]);
        (value, move |seed| seed * slope)
    }
}

graph! {
    #[graph(hessian)]
    fn by_hand(m: [3], b: [2]) -> z { x: [2] = solution(m, b); z = x[0]^2 + 3*x[0]*x[1]; }
    #[graph(hessian)]
    fn by_formula(m: [3], b: [2]) -> z {
        d = m[0]*m[2] - m[1]^2;
        x = [(m[2]*b[0] - m[1]*b[1])/d, (m[0]*b[1] - m[1]*b[0])/d];
        z = x[0]^2 + 3*x[0]*x[1];
    }
    #[graph(hessian)]
    fn by_slopes(a, x) -> z { z = a*bessel(x^2)^2; }
    #[graph(hessian)]
    fn by_the_table(a, x) -> z { z = a*bessel_j0(x^2)^2; }
    #[graph(hessian)]
    fn where_it_is_held(a, x) -> z { z = a^2*stop(rounded(x))*x; }
}

#[test]
fn operations_of_ones_own() {
    let (m, b) = ([3.0, 0.5, 2.0], [1.0, -0.25]);
    assert_alike(&by_hand::hessian(m, b).2, &by_formula::hessian(m, b).2);
    for x in [0.3, 0.9, 1.7] {
        let (found, expected) = (
            by_slopes::hessian(1.5, x).2,
            by_the_table::hessian(1.5, x).2,
        );
        assert_alike(&found, &expected);
    }
    let (value, _, [[second, _], _]) = where_it_is_held::hessian(2.0, 1.5);
    assert!((value - 6.0 * libm::j0(1.5)).abs() <= 1e-15);
    assert!((second - 3.0 * libm::j0(1.5)).abs() <= 1e-15);
}
