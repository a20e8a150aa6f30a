//! Right sides of differential equations as the trait that solvers take: each product against differences of the right side, the
//! transposed ones against the others, and whole solutions of fixed steps against the same steps inside of a graph.

use graph_runtime::{Dynamics, Parameters, Real, graph};
use ndarray::{Array1, array};

graph! {
    pub struct Body { q: [2], v: [2] }
    pub struct Spring { stiffness, const mass }

    #[graph(ode)]
    fn logistic(_t, y, rate, capacity) -> dy { dy = rate*y*(1 - y/capacity); }

    #[graph(ode)]
    fn driven(t, y: [2], const frequency, p: [3]) -> dy: [2] {
        dy = [y[1], p[2]*cos(frequency*t) - p[0]*y[0] - p[1]*y[1]];
    }

    /// A state and a parameter that are structs, of which one holds something constant.
    #[graph(ode)]
    fn pulled(t, body: Body, spring: Spring, wind: [2]) -> change: Body {
        force = wind*sin(t) - spring.stiffness*body.q*norm(body.q);
        change = Body { q: body.v, v: force/spring.mass };
    }

    /// Nothing but a state.
    #[graph(ode)]
    fn turning(_t, y: [2]) -> dy: [2] { dy = [-y[1], y[0]]; }

    #[graph(ode)]
    fn heat(_t, u: [n], conductivity, const h, source: [n]) -> du: [n] {
        left = concat([0], u[0..n - 1]);
        right = concat(u[1..n], [0]);
        du = conductivity*(left - 2*u + right)/h^2 + source;
    }

    #[graph(ode)]
    fn network(t, y: [n], w: [n, m], out: [m, n], b: [m]) -> dy: [n] { dy = tanh(y @ w + b*t) @ out; }

    fn rk4(t, y: [2], frequency, p: [3], h) -> next: [2] {
        a = driven(t, y, frequency, p);
        b = driven(t + h/2, y + h/2*a, frequency, p);
        c = driven(t + h/2, y + h/2*b, frequency, p);
        d = driven(t + h, y + h*c, frequency, p);
        next = y + h/6*(a + 2*b + 2*c + d);
    }

    fn many(y: [2], const frequency, p: [3], const h, steps: count) -> last: [2] {
        last = fold(y = y, k in 0..steps, rk4(k*h, y, frequency, p, h));
    }
}

/// Holds every product against differences of the right side, and the transposed ones against the others.
#[track_caller]
fn products_are_right(ode: &impl Dynamics<f64>, t: f64, y: &[f64], p: &[f64]) {
    assert_eq!((ode.states(), ode.coefficients()), (y.len(), p.len()));
    let wave = |from: f64, count: usize| -> Vec<f64> {
        (0..count).map(|at| (from + at as f64).sin()).collect()
    };
    let (v, w, weights) = (wave(1.0, y.len()), wave(2.0, p.len()), wave(3.0, y.len()));
    let rhs = |by_y: f64, by_p: f64| {
        let moved = |x: &[f64], v: &[f64], by: f64| -> Vec<f64> {
            x.iter().zip(v).map(|(x, v)| x + by * v).collect()
        };
        let mut dy = vec![f64::NAN; y.len()];
        ode.rhs(t, &moved(y, &v, by_y), &moved(p, &w, by_p), &mut dy);
        dy
    };
    let slopes = |plus: Vec<f64>, minus: Vec<f64>, step: f64| -> Vec<f64> {
        plus.iter()
            .zip(minus)
            .map(|(plus, minus)| (plus - minus) / (2.0 * step))
            .collect()
    };
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let step = 1e-5;

    let mut along = vec![f64::NAN; y.len()];
    ode.jac_mul(t, y, p, &v, &mut along);
    are_near(&along, &slopes(rhs(step, 0.0), rhs(-step, 0.0), step), 1e-6);
    let mut back = vec![f64::NAN; y.len()];
    ode.jac_transpose_mul(t, y, p, &weights, &mut back);
    are_near(&[dot(&back, &v)], &[dot(&weights, &along)], 1e-12);

    ode.sens_mul(t, y, p, &w, &mut along);
    are_near(&along, &slopes(rhs(0.0, step), rhs(0.0, -step), step), 1e-6);
    let mut back = vec![f64::NAN; p.len()];
    ode.sens_transpose_mul(t, y, p, &weights, &mut back);
    are_near(&[dot(&back, &w)], &[dot(&weights, &along)], 1e-12);
}

#[track_caller]
fn are_near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let scale = 1.0 + expected.abs();
        assert!(
            (found - expected).abs() < tolerance * scale,
            "{found} is not {expected}"
        );
    }
}

#[test]
fn of_numbers() {
    products_are_right(&logistic::Ode {}, 0.0, &[2.0], &[0.5, 4.0]);
}

#[test]
fn of_small_arrays_with_something_known() {
    let ode = driven::Ode { frequency: 2.0 };
    products_are_right(&ode, 0.3, &[1.0, -0.5], &[4.0, 0.2, 1.5]);
    // By reference, and as the problem that it is: time, state and parameters in one vector.
    products_are_right(&&ode, 0.3, &[1.0, -0.5], &[4.0, 0.2, 1.5]);
    assert_eq!(Parameters::parameters(&ode), 6);
}

#[test]
fn of_structs() {
    let spring = Spring {
        stiffness: 0.0,
        mass: 2.0,
    };
    let ode = pulled::Ode { spring };
    products_are_right(&ode, 0.7, &[1.0, 2.0, 0.5, -0.25], &[3.0, 0.5, -1.0]);
}

#[test]
fn without_parameters() {
    products_are_right(&turning::Ode {}, 0.0, &[1.0, 2.0], &[]);
}

#[test]
fn of_arrays_of_any_size() {
    let (u, source) = (
        array![0.5, 1.0, 0.25, 2.0, -1.0],
        Array1::linspace(0.0, 1.0, 5),
    );
    let ode = heat::Ode::new(0.0, &u, 0.5, 0.5, &source).expect("the shapes fit");
    let p = [vec![0.5], source.to_vec()].concat();
    products_are_right(&ode, 0.0, &u.to_vec(), &p);
}

#[test]
fn of_a_network() {
    let (y, b) = (array![0.5, -0.25], array![0.1, 0.2, 0.3]);
    let w = array![[0.1, 0.4, -0.3], [0.7, -0.2, 0.5]];
    let out = w.t().to_owned();
    let ode = network::Ode::new(0.0, &y, &w, &out, &b).expect("the shapes fit");
    let p: Vec<f64> = w.iter().chain(&out).chain(&b).copied().collect();
    products_are_right(&ode, 0.8, &y.to_vec(), &p);
}

#[test]
fn only_what_is_moved_is_differentiated_by() {
    graph! {
        #[graph(ode)]
        fn root(_t, y, p) -> dy { dy = sqrt(p) + y^2 + sqrt(y); }
    }
    let (ode, mut out) = (root::Ode {}, [0.0]);
    ode.jac_mul(0.0, &[1.0], &[0.0], &[1.0], &mut out);
    assert_eq!(out, [2.5]);
    ode.sens_transpose_mul(0.0, &[0.0], &[4.0], &[1.0], &mut out);
    assert_eq!(out, [0.25]);
}

/// Steps of fixed size, with sensitivities that are carried along: what a solver of one's own writes.
fn stepped<T: Real>(ode: &impl Dynamics<T>, y: &mut [T], p: &[T], h: T, steps: usize) {
    let (half, sixth) = (h * T::of(0.5), h * T::of(1.0 / 6.0));
    let zeros = || vec![T::of(0.0); y.len()];
    let [mut a, mut b, mut c, mut d] = [zeros(), zeros(), zeros(), zeros()];
    let from = |y: &[T], by: T, dy: &[T]| -> Vec<T> {
        y.iter().zip(dy).map(|(y, dy)| *y + by * *dy).collect()
    };
    for step in 0..steps {
        let t = T::of(step as f64) * h;
        ode.rhs(t, y, p, &mut a);
        ode.rhs(t + half, &from(y, half, &a), p, &mut b);
        ode.rhs(t + half, &from(y, half, &b), p, &mut c);
        ode.rhs(t + h, &from(y, h, &c), p, &mut d);
        for at in 0..y.len() {
            let sum = a[at] + T::of(2.0) * (b[at] + c[at]) + d[at];
            y[at] = y[at] + sixth * sum;
        }
    }
}

#[test]
fn fixed_steps_are_those_of_a_fold() {
    let (y0, p, frequency, h, steps) = ([1.0, -0.5], [4.0, 0.2, 1.5], 2.0, 0.01, 300);
    let mut y = y0;
    stepped(&driven::Ode { frequency }, &mut y, &p, h, steps);
    let [y0, p] = [y0.to_vec(), p.to_vec()].map(Array1::from_vec);
    let (y0, p) = (
        y0.to_shape(2).expect("two entries").to_owned(),
        p.to_shape(3).expect("three entries").to_owned(),
    );
    let folded = many(&y0, frequency, &p, h, steps).expect("the shapes fit");
    are_near(&y, &folded.to_vec(), 1e-12);
}

/// In single precision too.
#[test]
fn of_other_numbers() {
    let mut out = [0.0_f32];
    logistic::Ode {}.rhs(0.0, &[2.0], &[0.5, 4.0], &mut out);
    assert_eq!(out, [0.5]);
}

#[test]
#[should_panic(expected = "expects a vector of 2 here, and was given one of 3")]
fn a_vector_of_another_length() {
    logistic::Ode {}.rhs(0.0, &[2.0], &[0.5, 4.0, 1.0], &mut [0.0]);
}
