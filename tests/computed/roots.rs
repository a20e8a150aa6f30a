//! Implicit values: textbook equations against closed forms and bisection, derivatives against the implicit function theorem on the
//! equation's own, and everything that a root may stand in.

use crate::common::close;
use graph_runtime::graph;
use ndarray::{Array1, Array2, array};

/// Values are compared to so many times 1e-15 relative.
#[track_caller]
fn assert_close(got: f64, want: f64, units: f64) {
    assert!(
        close(got, want, units * 1e-15),
        "{got}, but it should be {want}"
    );
}

/// Where a rising function is 0 between two ends.
fn bisected(f: impl Fn(f64) -> f64, [mut low, mut high]: [f64; 2]) -> f64 {
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

// Derivatives.

/// First and second derivatives of `e` with `f(e, p, q) = 0`, from those of `f` by the implicit function theorem.
fn implied(slopes: [f64; 3], h: [[f64; 3]; 3]) -> ([f64; 2], [[f64; 2]; 2]) {
    let first = [1, 2].map(|at| -slopes[at] / slopes[0]);
    let second = [1, 2].map(|i| {
        [1, 2].map(|j| {
            let (di, dj) = (first[i - 1], first[j - 1]);
            -(h[i][j] + h[i][0] * dj + h[j][0] * di + h[0][0] * di * dj) / slopes[0]
        })
    });
    (first, second)
}

/// The equation, where the search begins, and points at which it leads to a root.
macro_rules! obeys_the_theorem {
    ($name:ident, $start:expr, $points:expr, $($equation:tt)*) => {
        #[test]
        fn $name() {
            graph! {
                #[graph(hessian)]
                fn equation(e, p, q) -> f { f = $($equation)*; }
                #[graph(hessian, batch)]
                fn implicit(p, q) -> e { e = root(e = $start, equation(e, p, q)); }
            }
            let points: &[[f64; 2]] = &$points;
            for &[p, q] in points {
                let (e, gradient, hessian) = implicit::hessian(p, q);
                let (f, slopes, second) = equation::hessian(e, p, q);
                let scale = (slopes.e * e).abs() + (slopes.p * p).abs() + (slopes.q * q).abs();
                assert!(f.abs() <= 1e-15 * scale, "{f} at {p}, {q}");
                let (first, second) = implied(slopes.to_array(), second);
                for (got, want) in gradient.to_array().into_iter().zip(first) {
                    assert_close(got, want, 100.0);
                }
                let sizes = second.as_flattened().iter().map(|entry| entry.abs());
                let size = sizes.fold(0.0, f64::max);
                for (got, want) in hessian.as_flattened().iter().zip(second.as_flattened()) {
                    let error = (got - want).abs();
                    assert!(error <= 1e-12 * size, "{got} for {want} at {p}, {q}");
                }
                let (_, tangent) = implicit::jvp(p, q, 0.5, -2.0);
                let [dp, dq] = first;
                let scale = dp.abs() + dq.abs();
                assert!((tangent - (0.5 * dp - 2.0 * dq)).abs() <= 1e-13 * scale);
                let (_, _, along) = implicit::hvp(p, q, 1.0, 0.0);
                assert!((along.p - second[0][0]).abs() <= 1e-12 * size);
            }
            // Many points at once, in a release on lanes: what each is by itself, up to the rounding of vector functions.
            let at = |at: usize| points.iter().cycle().take(37).map(move |point| point[at]);
            let [p, q]: [Vec<f64>; 2] = [at(0).collect(), at(1).collect()];
            let (e, all) = implicit::batch(&p, &q).expect("there are as many of each");
            for (at, (p, q)) in p.iter().zip(&q).enumerate() {
                let (one, gradient) = implicit::value_and_grad(*p, *q);
                assert_close(e[at], one, 100.0);
                assert_close(all.p[at], gradient.p, 1000.0);
                assert_close(all.q[at], gradient.q, 1000.0);
            }
        }
    };
}

obeys_the_theorem!(
    a_square_root,
    1,
    [[2.0, 1.0], [1e-6, 3.0], [1e12, 5.0], [0.3, 0.4]],
    e ^ 2 - p * q
);
obeys_the_theorem!(
    keplers_equation,
    p,
    [
        [1.0, 0.3],
        [0.1, 0.9],
        [-2.0, 0.7],
        [3.1, 0.99],
        [0.02, 0.95]
    ],
    e - q * sin(e) - p
);
obeys_the_theorem!(
    a_fixed_point,
    0.5,
    [[1.0, 0.2], [0.5, -0.3], [1.3, 0.0]],
    cos(p * e) + q - e
);
obeys_the_theorem!(
    a_damped_step,
    3,
    [[1.0, 0.5], [2.0, -0.9], [0.7, 0.1]],
    atan(p * e) - q
);
obeys_the_theorem!(
    a_step_out_of_the_domain,
    0.1,
    [[5.0, 1.0], [3.0, 2.0], [20.0, 0.5]],
    q * ln(e) + e - p
);
obeys_the_theorem!(
    a_root_at_zero,
    0.4,
    [[0.0, 1.0], [0.0, 2.5]],
    q * sinh(e) - p
);
obeys_the_theorem!(
    branches,
    1,
    [[2.0, 1.0], [-2.0, 1.0]],
    if e > 0 { e ^ 3 + e - p } else { q * e - p }
);
obeys_the_theorem!(
    colebrook,
    0.02,
    [[1e5, 1e-4], [4e3, 0.03], [1e8, 1e-6]],
    1 / sqrt(e) + 2 / ln(10) * ln(q / 3.7 + 2.51 / (p * sqrt(e)))
);

/// `e''' `of `e = a^(1/2)`, and one more.
#[test]
fn every_order() {
    graph! {
        #[graph(hessian)]
        fn third(a) -> g { e = root(e = 1, e^2 - a); g = grad(grad(grad(e, a), a), a); }
        fn curvature(a) -> h { h = hessian(root_of(a), a) + grad(root_of(a), a); }
        fn root_of(a) -> e { e = root(e = 1, e^2 - a); }
    }
    for a in [0.5, 2.0, 9.0_f64] {
        let (value, gradient, hessian) = third::hessian(a);
        assert_close(value, 0.375 * a.powf(-2.5), 1000.0);
        assert_close(gradient.a, -0.9375 * a.powf(-3.5), 1000.0);
        assert_close(hessian[0][0], 3.28125 * a.powf(-4.5), 1000.0);
        let want = -0.25 * a.powf(-1.5) + 0.5 * a.powf(-0.5);
        assert_close(curvature(a), want, 1000.0);
    }
}

// Programs.

#[test]
fn kepler_for_every_orbit() {
    graph! { fn anomaly(m, ecc) -> e { e = root(x = m + 0.85*ecc*sign(sin(m)), x - ecc*sin(x) - m); } }
    for ecc in [0.0, 0.1, 0.5, 0.9, 0.99, 0.9999] {
        for at in -31..=31 {
            let m = f64::from(at) * 0.1;
            let want = bisected(|x| x - ecc * x.sin() - m, [-4.2, 4.2]);
            let forward = anomaly::forward(m, ecc);
            // Near the pericentre of an extreme orbit a rounding of the equation moves the root.
            let rounding = 1e-15 + 3e-16 * want.abs() / (1.0 - ecc * want.cos());
            assert!(
                (forward.e - want).abs() <= rounding,
                "{} for {want}",
                forward.e
            );
            assert!(forward.x_steps <= 20.0, "{} steps", forward.x_steps);
        }
    }
}

/// Volatilities of options against the closed form of the derivatives: 1/vega, and the slope of the price by the strike.
#[test]
fn implied_volatility() {
    graph! {
        fn call(s, k) -> c { d = -ln(k)/s; c = normal_cdf(d + s/2) - k*normal_cdf(d - s/2); }
        #[graph(batch)]
        fn volatility(c, k) -> s { s = root(s = sqrt(2*abs(ln(k))) + 0.1, call(s, k) - c); }
    }
    let mut points = Vec::new();
    for strike in [0.7, 0.9, 1.0, 1.1, 1.5] {
        for vol in [0.05, 0.1, 0.2, 0.4, 0.9_f64] {
            if f64::ln(strike).abs() < 6.0 * vol {
                points.push((strike, vol));
            }
        }
    }
    let strikes: Vec<f64> = points.iter().map(|(strike, _)| *strike).collect();
    let prices: Vec<f64> = points.iter().map(|(k, vol)| call(*vol, *k)).collect();
    let (found, slopes) = volatility::batch(&prices, &strikes).expect("there are as many of each");
    for (at, (strike, vol)) in points.into_iter().enumerate() {
        let (price, of_price) = call::value_and_grad(vol, strike);
        // The price has a rounding of its own, and so has the volatility.
        let rounding = 1e-15 * (1.0 + strike + price) / of_price.s;
        assert!(
            (found[at] - vol).abs() <= rounding,
            "{} for {vol} at {strike}",
            found[at]
        );
        let relative = 1e-13 + 10.0 * rounding / vol.powi(3);
        assert!(close(slopes.c[at], 1.0 / of_price.s, relative));
        assert!(close(slopes.k[at], -of_price.k / of_price.s, relative));
    }
}

/// Where a liquid and its vapour have one pressure and one chemical potential: the slope of that pressure is that of Clausius and
/// Clapeyron, the difference of the entropies over that of the volumes.
#[test]
fn a_phase_boundary_of_van_der_waals() {
    graph! {
        fn pressure(v, t) -> p { p = 8*t/(3*v - 1) - 3/v^2; }
        fn free(v, t) -> a { a = -8/3*t*ln(3*v - 1) - 3/v; }
        fn boundary(t) -> (p, liquid, vapour) {
            v = root([l, g] = [0.6, 2.3], [
                pressure(l, t) - pressure(g, t),
                free(l, t) + pressure(l, t)*l - free(g, t) - pressure(g, t)*g
            ]);
            liquid = v[0];
            vapour = v[1];
            p = pressure(liquid, t);
        }
    }
    for t in [0.85, 0.9, 0.95_f64] {
        let forward = boundary::forward(t);
        let (l, g) = (forward.liquid, forward.vapour);
        assert!(0.4 < l && l < 1.0 && 1.0 < g && g < 6.0);
        assert_close(pressure(g, t), forward.p, 20.0);
        let entropy = |v: f64| 8.0 / 3.0 * (3.0 * v - 1.0).ln();
        let want = (entropy(g) - entropy(l)) / (g - l);
        assert_close(forward.backward(1.0, 0.0, 0.0).t, want, 1000.0);
    }
}

/// A location that is robust against outliers, of any number of observations.
#[test]
fn a_location_over_any_length() {
    graph! {
        fn location(x: [n], scale) -> m { m = root(m = mean(x), sum(tanh((x - m)/scale))); }
    }
    let x = array![-0.2, 0.5, 30.0, 0.7, 0.1];
    let (m, gradient) = location::value_and_grad(&x, 1.5).expect("a length fits");
    let want = bisected(
        |m| -x.iter().map(|x| ((x - m) / 1.5).tanh()).sum::<f64>(),
        [-1.0, 31.0],
    );
    assert_close(m, want, 10.0);
    let slope = |x: f64| 1.0 - ((x - m) / 1.5).tanh().powi(2);
    let all: f64 = x.iter().map(|x| slope(*x)).sum();
    for (got, x) in gradient.x.iter().zip(&x) {
        assert!((got - slope(*x) / all).abs() < 1e-13);
    }
    let moment: f64 = x.iter().map(|x| slope(*x) * (x - m)).sum();
    assert_close(gradient.scale, -moment / 1.5 / all, 1000.0);
}

// What a root may stand in.

#[test]
fn in_loops_of_any_length() {
    graph! {
        fn table(a: [n]) -> e: [n] { e = each(i in 0..n, root(x = 1, x^3 + x - a[i])); }
        fn total(a: [n], b: [m]) -> s { s = sum(i in 0..n, j in 0..m, root(x = 1, x^2 - a[i]*b[j])); }
        fn vectors(a: [n]) -> s { s = sum(i in 0..n, v = root([p, q] = [2, 1], [p + q - a[i], p*q - 1]); v[0] - v[1]); }
        // Implicit Euler for y' = -l*y.
        fn decay(y0, l, h, steps: count) -> y { y = fold(y = y0, k in 0..steps, root(next = y, next - y + h*l*next)); }
        fn nested(a) -> e { e = root(x = 1, root(y = 1, y^2 - x) - a); }
    }
    let a = array![-3.0, 0.0, 0.5, 2.0, 10.0, 1e6, 7.0, 8.0, 9.0];
    let forward = table::forward(&a).expect("a length fits");
    for (e, a) in forward.e.iter().zip(&a) {
        let want = bisected(|x| x * x * x + x - a, [-100.0, 200.0]);
        assert!(
            (e - want).abs() <= 1e-15 * want.abs().max(1e-3),
            "{e} for {want}"
        );
    }
    assert!(
        forward
            .x_steps
            .iter()
            .all(|steps| (1.0..50.0).contains(steps))
    );
    let gradient = forward.backward(&Array1::ones(9)).expect("a length fits");
    let table = forward.into_owned();
    for (got, e) in gradient.a.iter().zip(table.e) {
        assert_close(*got, 1.0 / (3.0 * e * e + 1.0), 100.0);
    }

    let (a, b) = (array![1.0, 2.0, 3.0], array![4.0, 5.0_f64]);
    let (s, slopes) = total::value_and_grad(&a, &b).expect("the lengths fit");
    let of = |x: f64| x.sqrt();
    let (of_a, of_b): (f64, f64) = (
        a.iter().copied().map(of).sum(),
        b.iter().copied().map(of).sum(),
    );
    assert_close(s, of_a * of_b, 10.0);
    assert_close(slopes.a[1], 0.5 / of(2.0) * of_b, 100.0);
    assert_close(slopes.b[0], 0.5 / of(4.0) * of_a, 100.0);

    let a = array![2.5, 3.0, 10.0];
    let (s, slopes) = vectors::value_and_grad(&a).expect("the lengths fit");
    assert_close(s, a.iter().map(|a: &f64| (a * a - 4.0).sqrt()).sum(), 10.0);
    assert_close(slopes.a[1], 3.0 / of(5.0), 100.0);

    let (y, slopes) = decay::value_and_grad(2.0, 0.7, 0.1, 20).expect("counts are fine");
    assert_close(y, 2.0 * 1.07_f64.powi(-20), 100.0);
    assert_close(slopes.y0, 1.07_f64.powi(-20), 1000.0);
    assert_close(slopes.l, -20.0 * 0.1 * 2.0 * 1.07_f64.powi(-21), 1000.0);

    let (e, slope) = nested::value_and_grad(1.7);
    assert_close(e, 1.7 * 1.7, 10.0);
    assert_close(slope.a, 3.4, 100.0);
}

#[test]
fn in_branches_and_functions() {
    graph! {
        fn half(x) -> e { e = root(e = x, 2*e - x); }
        fn all(x) -> y { y = if x > 0 { root(e = 1, e^2 - x) } else { 3*half(x) }; }
        fn of_derivatives(a) -> low { low = root(x = 1, v = x; energy = v^4 - a*v; grad(energy, v)); }
        struct Pair { p, q }
        fn of_struct(s: Pair) -> e { e = root(e = s.p, s.q*e - s.p); }
    }
    assert_close(all::value_and_grad(9.0).1.x, 1.0 / 6.0, 10.0);
    assert_close(all::value_and_grad(-4.0).1.x, 1.5, 10.0);
    // The least of x⁴ - a x is where 4 x³ = a.
    let (low, slope) = of_derivatives::value_and_grad(2.0);
    assert_close(low, 0.5_f64.cbrt(), 10.0);
    assert_close(slope.a, 1.0 / (12.0 * low * low), 100.0);
    let (e, slope) = of_struct::value_and_grad(Pair { p: 3.0, q: 2.0 });
    assert_eq!((e, slope.s), (1.5, Pair { p: 0.5, q: -0.75 }));
}

/// What is not found is NaN, at that point alone.
#[test]
fn without_a_root() {
    graph! {
        #[graph(batch)]
        fn square_root(a) -> e { e = root(e = 1, e^2 - a); }
        fn from_nothing(a) -> e { e = root(e = 0, e^2 - a); }
        fn cusp(a) -> e { e = root(e = 1e-300, sqrt(e) - a); }
        fn table(a: [n]) -> s: [n] { s = each(i in 0..n, root(e = 1, e^2 - a[i])); }
    }
    let forward = square_root::forward(-1.0_f64);
    assert!(forward.e.is_nan() && forward.backward(1.0).a.is_nan());
    assert_eq!(forward.e_steps, 100.0);
    assert!(from_nothing(2.0_f64).is_nan());
    assert!(cusp(f64::NAN).is_nan() && square_root(f64::INFINITY).is_nan());
    let a: Vec<f64> = (0..40)
        .map(|at| {
            if at % 7 == 3 {
                -1.0
            } else {
                1.0 + f64::from(at)
            }
        })
        .collect();
    let (e, slopes) = square_root::batch(&a).expect("one length");
    let all = table(&Array1::from_vec(a.clone())).expect("one length");
    for (at, a) in a.iter().enumerate() {
        assert_eq!(
            [e[at], slopes.a[at], all[at]].map(f64::is_nan),
            [*a < 0.0; 3],
            "at {at}"
        );
        if *a > 0.0 {
            assert_close(e[at], a.sqrt(), 2.0);
            assert_close(all[at], a.sqrt(), 2.0);
        }
    }
}

#[test]
fn single_precision() {
    graph! { fn kepler(m, ecc) -> e { e = root(e = m, e - ecc*sin(e) - m); } }
    let (e, slopes) = kepler::value_and_grad(1.0_f32, 0.3);
    let (wide, of_wide) = kepler::value_and_grad(1.0_f64, f64::from(0.3_f32));
    assert!((f64::from(e) - wide).abs() < 2e-7);
    assert!((f64::from(slopes.m) - of_wide.m).abs() < 1e-6);
    assert!((f64::from(slopes.ecc) - of_wide.ecc).abs() < 1e-6);
}

/// Systems with as many unknowns as an array has entries.
#[test]
fn a_vector_of_any_length() {
    graph! {
        fn spring(k: [n], w: [n, n]) -> x: [n] { x = root(x = k, x + 0.1*x^3 + w @ x - k); }
    }
    let k = array![1.0, -2.0, 0.5, 3.0];
    let w = Array2::from_shape_fn((4, 4), |(i, j)| 0.1 * (i as f64 - j as f64).cos());
    let x = spring(&k, &w).expect("the shapes fit");
    let residual = &x + &x.mapv(|x: f64| 0.1 * x.powi(3)) + w.dot(&x) - &k;
    assert!(residual.iter().all(|rest| rest.abs() < 1e-14), "{residual}");
    let forward = spring::forward(&k, &w).expect("the shapes fit");
    let seed = array![1.0, 2.0, -1.0, 0.5];
    let gradient = forward.backward(&seed).expect("the shapes fit");
    let step = 1e-5;
    for at in 0..4 {
        let moved = |by: f64| {
            let mut k = k.clone();
            k[at] += by;
            spring(&k, &w).expect("the shapes fit").dot(&seed)
        };
        let slope = (8.0 * (moved(step) - moved(-step)) - moved(2.0 * step) + moved(-2.0 * step))
            / (12.0 * step);
        assert!(
            (gradient.k[at] - slope).abs() < 1e-9,
            "{} for {slope}",
            gradient.k[at]
        );
    }
}
