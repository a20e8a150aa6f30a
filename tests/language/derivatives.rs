//! Derivatives in formulas: programs that are made of them, against closed forms and dual numbers; what a name means that something
//! is differentiated by; every way to say what moves; loops; and where there is no derivative.

use crate::common::close;
use crate::references::Dual;
use graph_runtime::graph;
use ndarray::{Array1, array};
use num_dual::third_partial_derivative_vec;

/// Values are compared to 1e-12 relative.
#[track_caller]
fn assert_close(got: f64, want: f64) {
    assert!(close(got, want, 1e-12), "{got}, but it should be {want}");
}

#[track_caller]
fn assert_all_close<'n>(
    got: impl IntoIterator<Item = &'n f64>,
    want: impl IntoIterator<Item = f64>,
) {
    let (got, want): (Vec<&f64>, Vec<f64>) =
        (got.into_iter().collect(), want.into_iter().collect());
    assert_eq!(got.len(), want.len());
    for (got, want) in got.into_iter().zip(want) {
        assert_close(*got, want);
    }
}

// Programs.

/// A gas of van der Waals: what is measured are derivatives of its free energy, up to the third.
#[test]
fn pressure_and_chemical_potential_of_a_helmholtz_energy() {
    graph! {
        fn gas(t, v, n) -> (p, mu, g: [3], h: [3, 3], third: [3, 3, 3]) {
            x = [t, v, n];
            energy = -x[2]*x[0]*(ln((x[1] - 0.1*x[2])/x[2]) + 1 + 1.5*ln(x[0])) - 0.7*x[2]^2/x[1];
            g = grad(energy, x);
            h = hessian(energy, x);
            third = jacobian(h, x);
            p = -g[1];
            mu = g[2];
        }
        fn free(t, v, n) -> a { a = -n*t*(ln((v - 0.1*n)/n) + 1 + 1.5*ln(t)) - 0.7*n^2/v; }
        fn state(t, v, n) -> (p, slope) { p = -grad(free(t, v, n), v); slope = grad(p, v); }
    }
    fn energy<D: Dual>(x: &[D]) -> D {
        let (t, v, n) = (x[0], x[1], x[2]);
        -n * t * (((v - n * 0.1) / n).ln() + t.ln() * 1.5 + 1.0) - n * n * 0.7 / v
    }
    let (t, v, n) = (1.3, 2.1, 0.8);
    let (p, mu, g, h, third) = gas(t, v, n);
    let free_volume = v - 0.1 * n;
    assert_close(p, n * t / free_volume - 0.7 * n * n / (v * v));
    let entropic = (free_volume / n).ln() + 1.5 * f64::ln(t);
    assert_close(mu, -t * entropic + 0.1 * n * t / free_volume - 1.4 * n / v);
    for i in 0..3 {
        for j in 0..3 {
            for (k, found) in third[i][j].iter().enumerate() {
                let (_, first, _, _, second, _, _, all) =
                    third_partial_derivative_vec(energy, &[t, v, n], i, j, k);
                assert_close(g[i], first);
                assert_close(h[i][j], second);
                assert_close(*found, all);
            }
        }
    }
    let (of_volume, slope) = state(t, v, n);
    assert_close(of_volume, p);
    assert_close(
        slope,
        -n * t / free_volume.powi(2) + 1.4 * n * n / v.powi(3),
    );
    gas::check(t, v, n).assert();
}

/// A net is an energy, its slope a force, and what is learnt are forces.
#[test]
fn a_loss_over_forces() {
    graph! {
        struct Net { w: [2, 3], b: [3], u: [3] }
        fn energy(net: Net, x: [2]) -> e { e = dot(tanh(x @ net.w + net.b), net.u); }
        fn force(net: Net, x: [2]) -> f: [2] { f = -grad(energy(net, x), x); }
        fn loss(net: Net, const x: [m, 2], const f: [m, 2]) -> l {
            l = mean(i in 0..m, at = x[i]; sum((grad(energy(net, at), at) + f[i])^2));
        }
    }
    let (w, b, u) = (
        [[0.1, 0.2, -0.3], [0.4, -0.5, 0.6]],
        [0.1, 0.0, -0.2],
        [1.0, 0.5, -0.7],
    );
    let net = Net { w, b, u };
    let (x, f) = (
        array![[0.3, -0.4], [1.0, 0.2]],
        array![[0.1, 0.2], [0.0, -0.3]],
    );
    // By hand: with s = tanh and its slope 1 - s², the force is -w (u (1 - s²)), and the loss has the gradient that follows.
    let (mut value, mut d_u) = (0.0, [0.0; 3]);
    for i in 0..2 {
        let at = [x[[i, 0]], x[[i, 1]]];
        let slope = |h: usize| 1.0 - f64::tanh(at[0] * w[0][h] + at[1] * w[1][h] + b[h]).powi(2);
        let pull = [0, 1].map(|k| (0..3).map(|h| w[k][h] * u[h] * slope(h)).sum::<f64>());
        assert_all_close(&force(net, at), pull.map(|pull| -pull));
        for k in 0..2 {
            let miss = pull[k] + f[[i, k]];
            value += miss * miss / 2.0;
            (0..3).for_each(|h| d_u[h] += miss * w[k][h] * slope(h));
        }
    }
    let (got, d) = loss::value_and_grad(&net, &x, &f).unwrap();
    assert_close(got, value);
    assert_all_close(&d.net.u, d_u);
    loss::check(&net, &x, &f).unwrap().assert();
}

/// The residual of Burgers' equation, u_t + u u_x = ν u_xx, of a function with weights, at many points.
#[test]
fn the_residual_of_burgers_equation() {
    graph! {
        fn u(w: [4], t, x) -> u { u = w[0]*tanh(w[1]*x + w[2]*t + w[3]); }
        fn loss(w: [4], nu, const t: [n], const x: [n]) -> l {
            l = mean(i in 0..n,
                v = u(w, t[i], x[i]);
                slope = grad(v, x[i]);
                (grad(v, t[i]) + v*slope - nu*grad(slope, x[i]))^2);
        }
    }
    let (w, nu) = (array![1.2, -0.7, 0.4, 0.1], 0.05);
    let (t, x) = (array![0.0, 0.3, 1.0], array![-0.5, 0.2, 0.9]);
    let residual = |t: f64, x: f64| {
        let s = (w[1] * x + w[2] * t + w[3]).tanh();
        let (v, d) = (w[0] * s, w[0] * (1.0 - s * s));
        let second = -2.0 * s * d * w[1] * w[1];
        d * w[2] + v * d * w[1] - nu * second
    };
    let want: f64 = (0..3).map(|i| residual(t[i], x[i]).powi(2)).sum::<f64>() / 3.0;
    let w = [w[0], w[1], w[2], w[3]];
    assert_close(loss(&Array1::from(w.to_vec()), nu, &t, &x).unwrap(), want);
    loss::check(&Array1::from(w.to_vec()), nu, &t, &x)
        .unwrap()
        .assert();
}

/// Hamilton's equations, of one function, in a loop of any length: a pendulum by symplectic steps.
#[test]
fn hamiltons_equations() {
    graph! {
        fn energy(q, p) -> h { h = p^2/2 + 1 - cos(q); }
        fn moved(q, p, dt, steps: count) -> (q_end, p_end) {
            (q_end, p_end) = fold((a, b) = (q, p), k in 0..steps,
                after = b - dt*grad(energy(a, b), a);
                (a + dt*grad(energy(a, after), after), after));
        }
    }
    for steps in [0, 1, 7] {
        let (mut q, mut p) = (0.5_f64, 0.2);
        for _ in 0..steps {
            p -= 0.1 * q.sin();
            q += 0.1 * p;
        }
        let (q_end, p_end) = moved(0.5, 0.2, 0.1, steps).unwrap();
        assert_close(q_end, q);
        assert_close(p_end, p);
        moved::check(0.5, 0.2, 0.1, steps).unwrap().assert();
    }
}

/// The curvature of f(x, y) = 0, of an ellipse by its half axes.
#[test]
fn curvature_of_an_implicit_curve() {
    graph! {
        fn curvature(x, y, a, b) -> k {
            f = (x/a)^2 + (y/b)^2 - 1;
            fx = grad(f, x);
            fy = grad(f, y);
            k = (fy^2*grad(fx, x) - 2*fx*fy*grad(fx, y) + fx^2*grad(fy, y))/(fx^2 + fy^2)^1.5;
        }
    }
    let (a, b) = (3.0, 2.0);
    for angle in [0.0_f64, 0.4, 2.0] {
        let (sin, cos) = angle.sin_cos();
        let want = a * b / (a * a * sin * sin + b * b * cos * cos).powf(1.5);
        assert_close(curvature(a * cos, b * sin, a, b), want);
        curvature::check(a * cos, b * sin, a, b).assert();
    }
}

/// Greeks of the second and third order, which are known in closed form.
#[test]
fn greeks_of_black_and_scholes() {
    graph! {
        fn call(s, v, t, r, k) -> c {
            d = (ln(s/k) + (r + v^2/2)*t)/(v*sqrt(t));
            c = s*normal_cdf(d) - k*exp(-r*t)*normal_cdf(d - v*sqrt(t));
        }
        fn greeks(s, v, const t, const r, const k) -> (delta, gamma, vega, vanna, volga, speed) {
            c = call(s, v, t, r, k);
            delta = grad(c, s);
            gamma = grad(delta, s);
            vega = grad(c, v);
            vanna = grad(delta, v);
            volga = grad(vega, v);
            speed = grad(gamma, s);
        }
    }
    let (s, v, t, r, k) = (105.0_f64, 0.25_f64, 0.75_f64, 0.03_f64, 100.0_f64);
    let root = v * t.sqrt();
    let d1 = ((s / k).ln() + (r + v * v / 2.0) * t) / root;
    let (d2, density) = (
        d1 - root,
        (-d1 * d1 / 2.0).exp() / std::f64::consts::TAU.sqrt(),
    );
    let (gamma, vega) = (density / (s * root), s * density * t.sqrt());
    let got = greeks(s, v, t, r, k);
    assert_close(got.1, gamma);
    assert_close(got.2, vega);
    assert_close(got.3, -density * d2 / v);
    assert_close(got.4, vega * d1 * d2 / v);
    assert_close(got.5, -gamma / s * (d1 / root + 1.0));
}

/// What Euler and Lagrange make of a double pendulum: M a = f, with M = ∂²L/∂v² and f = ∂L/∂q - (∂²L/∂q∂v) v.
#[test]
fn accelerations_of_a_double_pendulum() {
    graph! {
        fn lagrangian(q: [2], v: [2]) -> l {
            kinetic = v[0]^2 + v[1]^2/2 + v[0]*v[1]*cos(q[0] - q[1]);
            l = kinetic + 9.81*(2*cos(q[0]) + cos(q[1]));
        }
        fn accelerations(q: [2], v: [2]) -> a: [2] {
            l = lagrangian(q, v);
            p = grad(l, v);
            a = solve(hessian(l, v), grad(l, q) - jvp(p, q, v));
        }
    }
    let (q, v) = ([0.7_f64, -0.4], [0.3, 1.1]);
    let (sin, cos) = (q[0] - q[1]).sin_cos();
    let f = [
        -v[1] * v[1] * sin - 2.0 * 9.81 * q[0].sin(),
        v[0] * v[0] * sin - 9.81 * q[1].sin(),
    ];
    let det = 2.0 - cos * cos;
    let want = [(f[0] - cos * f[1]) / det, (2.0 * f[1] - cos * f[0]) / det];
    assert_all_close(&accelerations(q, v), want);
    accelerations::check(q, v).assert();
}

// Names.

/// What is differentiated by is the name, however its value is made, and nothing else that has the same value.
#[test]
fn a_name_is_itself() {
    graph! {
        struct Pair { q, p }
        fn alias(x, y) -> (p, q) { a = x; e = a*x*y; p = grad(e, a); q = grad(e, x); }
        fn made(x) -> (g, h) { a = Pair { q: x, p: x }; e = a.q^2*a.p*x; g = grad(e, a.q); h = grad(e, a.p); }
        fn product(q, v) -> g { g = grad(q*v^2, v); }
        fn of_one(x) -> g { g = product(x, x); }
        fn by_entries(x: [n]) -> g: [n] { g = product(x, x); }
        fn local(x: [n]) -> g: [n] { g = each(i in 0..n, u = x[i]; grad(u*x[i]^2, u)); }
        fn written_out(x, y) -> r { r = fold(s = x, k in 0..1, grad(s*x*y, s)); }
        fn two(x, y) -> r { (a, b) = fold((a, b) = (x, x), k in 0..2, (a*b + y, grad(a*b*x, a))); r = a + b; }
        fn no_step(x, y) -> r { r = fold(s = x, k in 0..0, grad(s*x*y, s)); }
        fn from_zero(x) -> r { r = fold(s = 0, k in 0..3, s*x + 1 + grad(s, x)); }
    }
    assert_eq!(alias(2.0, 3.0), (6.0, 12.0));
    assert_eq!(made(2.0), (16.0, 8.0));
    assert_eq!(of_one(3.0), 18.0);
    assert_eq!(by_entries(&array![0.5, -1.5]).unwrap(), array![0.5, 4.5]);
    assert_eq!(local(&array![0.5, -1.5]).unwrap(), array![0.25, 2.25]);
    assert_eq!(written_out(2.0, 3.0), 6.0);
    assert_eq!(two(2.0, 3.0), 7.0 * 4.0 + 3.0 + 4.0 * 2.0);
    assert_eq!(no_step(2.0, 3.0), 2.0);
    assert_eq!(from_zero(0.5), 2.75);
}

/// By structs, fields, one of a list, and parts of arrays that are used as a whole too.
#[test]
fn by_parts() {
    graph! {
        struct Pair { q, p }
        fn whole(a: Pair) -> g: Pair { e = a.q^2*a.p; g = grad(e, a); }
        fn fields(a: Pair) -> (g, h) { e = a.q^2*a.p; g = grad(e, a.q); h = grad(g, a.p); }
        fn list(a: Pair[3]) -> (g, h) {
            e = a[0].q*a[1].q^2*a[2].p;
            g = sum(i in 0..3, grad(e, a[i].q));
            h = sum(i in 0..3, jvp(e, a[i].q, a[i].q));
        }
        fn few(x: [3]) -> (a, b: [2], h: [2, 2]) { e = x[0]*prod(x); a = grad(e, x[0]); b = grad(e, x[1..3]); h = hessian(e, x[0..2]); }
        fn many(x: [n]) -> (a, b: [2]) { e = sum(x^3)*x[0]; a = grad(e, x[0]); b = grad(e, x[1..3]); }
        fn column(m: [n, 2]) -> g: [n] { g = grad(sum(i in 0..n, m[i, 0]^2*m[i, 1]), m[.., 0]); }
        fn moved(x: [n], v) -> (a, b, c: [n]) {
            e = sum(x^3);
            a = jvp(e, x[0], v);
            b = jvp(e, x[0..2], x[1..3]*v);
            c = each(i in 0..n, jvp(e, x[i], x[i]));
        }
    }
    let pair = |q, p| Pair { q, p };
    assert_eq!(whole(pair(2.0, 3.0)), pair(12.0, 4.0));
    assert_eq!(fields(pair(2.0, 3.0)), (12.0, 4.0));
    let (g, h) = list([pair(2.0, 3.0), pair(-1.0, 0.5), pair(0.5, 0.75)]);
    assert_eq!((g, h), (0.75 - 3.0, 1.5 + 3.0));
    let (a, b, h) = few([0.5, 1.5, -2.0]);
    assert_eq!((a, b), (-3.0, [-0.5, 0.375]));
    assert_eq!(h, [[-6.0, -2.0], [-2.0, 0.0]]);
    let (a, b) = many(&array![0.5, 1.5, -2.0]).unwrap();
    assert_eq!((a, b), (-4.5 + 0.375, array![3.375, 6.0]));
    assert_eq!(
        column(&array![[1.0, 2.0], [3.0, -1.0]]).unwrap(),
        array![4.0, -6.0]
    );
    let (a, b, c) = moved(&array![1.0, 2.0, -3.0], 0.5).unwrap();
    assert_eq!((a, b, c), (1.5, 3.0 - 18.0, array![3.0, 24.0, -81.0]));
    moved::check(&array![1.0, 2.0, -3.0], 0.5).unwrap().assert();
}

// Shapes and loops.

/// The four ways to a Jacobian: by columns, by rows, turn by turn, and of matrices.
#[test]
fn jacobians() {
    graph! {
        fn columns(x: [n], c: [2]) -> j: [n, 2] { j = jacobian(each(i in 0..n, sin(x[i]*c[0])*c[1]), c); }
        fn rows(x: [n], c: [2]) -> j: [2, n] { j = jacobian([sum(x^2)*c[0], prod(x)*c[1]], x); }
        fn turns(x: [n]) -> j: [n, n] { j = jacobian(x^2*sum(x), x); }
        fn square(a: [2, 2]) -> j: [2, 2, 2, 2] { j = jacobian(a @ a, a); }
    }
    let (x, c) = (array![0.5, -1.5, 2.0], array![0.75, 1.25]);
    let j = columns(&x, &c).unwrap();
    let want = x
        .iter()
        .flat_map(|x| [f64::cos(x * 0.75) * x * 1.25, f64::sin(x * 0.75)]);
    assert_all_close(&j, want);
    let j = rows(&x, &c).unwrap();
    let first = x.iter().map(|x| 2.0 * x * 0.75);
    assert_all_close(&j, first.chain(x.iter().map(|x| 1.25 * -1.5 / x)));
    let j = turns(&x).unwrap();
    let entry =
        |(i, k): (usize, usize)| x[i] * x[i] + if i == k { 2.0 * x[i] * x.sum() } else { 0.0 };
    assert_all_close(&j, (0..9).map(|at| entry((at / 3, at % 3))));
    let a = [[1.0, 2.0], [3.0, 4.0]];
    let j = square(a);
    let one = |a: usize, b: usize| f64::from(u8::from(a == b));
    for at in 0..16 {
        let (i, k, p, q) = (at / 8, at / 4 % 2, at / 2 % 2, at % 2);
        assert_close(j[i][k][p][q], one(i, p) * a[q][k] + one(k, q) * a[i][p]);
    }
}

/// In turns, of turns, and along directions that only the turn knows.
#[test]
fn in_loops() {
    graph! {
        fn third(x: [n]) -> g: [n] { g = each(i in 0..n, grad(grad(grad(sin(x[i])*x[i], x[i]), x[i]), x[i])); }
        fn mixed(x: [n], y) -> g: [n] { g = each(i in 0..n, grad(grad(sin(x[i]*y), x[i]), y)); }
        fn by_all(x: [n]) -> g: [n, n] { g = each(i in 0..n, grad(sum(j in 0..n, (x[i] - x[j])^2*x[j]), x)); }
        fn along(x: [n], y) -> (a: [n], b) {
            a = each(i in 0..n, jvp(jvp(y^3, y, x[i]), y, x[i]));
            b = fold(s = y, k in 0..n, jvp(y^3, y, x[k])*s);
        }
        fn labelled(t: [k], ids: index[n]) -> g: [k] { g = grad(sum(t[ids]^3), t); }
    }
    for n in [0, 1, 3] {
        let x = Array1::from([0.5, -1.5, 2.0][..n].to_vec());
        let y = 0.75;
        assert_all_close(
            &third(&x).unwrap(),
            x.iter().map(|x| -x * x.cos() - 3.0 * x.sin()),
        );
        let both = |x: &f64| (x * y).cos() - x * y * (x * y).sin();
        assert_all_close(&mixed(&x, y).unwrap(), x.iter().map(both));
        let entry = |i: usize, k: usize| {
            let apart = |j: usize| x[i] - x[j];
            let own = (0..n).map(|j| 2.0 * apart(j) * x[j]).sum::<f64>();
            apart(k).powi(2) - 2.0 * apart(k) * x[k] + if i == k { own } else { 0.0 }
        };
        assert_all_close(
            &by_all(&x).unwrap(),
            (0..n * n).map(|at| entry(at / n, at % n)),
        );
        by_all::check(&x).unwrap().assert();
        let (a, b) = along(&x, y).unwrap();
        assert_all_close(&a, x.iter().map(|x| 6.0 * y * x * x));
        assert_close(b, x.iter().fold(y, |s, x| 3.0 * y * y * x * s));
    }
    let g = labelled(&array![1.0, 2.0], &[0, 1, 0]).unwrap();
    assert_eq!(g, array![6.0, 12.0]);
}

/// Through loops that carry values, and in their steps.
#[test]
fn through_and_in_loops_that_carry() {
    graph! {
        fn through(x: [n], y) -> (g: [n], j: [n, n]) {
            s = scan(s = y, k in 0..n, sin(s)*x[k] + y);
            g = grad(fold(s = y, k in 0..n, sin(s)*x[k] + y), x);
            j = jacobian(s, x);
        }
        #[graph(keep = "few")]
        fn few(x: [n], y) -> g: [n] { g = grad(fold(s = y, k in 0..n, sin(s)*x[k] + y), x); }
        fn newton(x, steps: count) -> r { r = fold(s = x, k in 0..steps, e = s^4 - 3*s^2 + s; s - grad(e, s)/grad(grad(e, s), s)); }
        fn nested(x: [n], y) -> r {
            r = fold(s = y, k in 0..n, t = fold(t = s, j in 0..n, sin(t)*x[j] + s); s/2 + grad(t, s));
        }
    }
    let y = 0.75_f64;
    for n in 0..4 {
        let x = Array1::from([0.5, 1.5, -0.75][..n].to_vec());
        let (mut s, mut d, mut rows) = (y, vec![0.0; n], Vec::new());
        for k in 0..n {
            d.iter_mut().for_each(|d| *d *= s.cos() * x[k]);
            d[k] += s.sin();
            s = s.sin() * x[k] + y;
            rows.extend(d.clone());
        }
        let (g, j) = through(&x, y).unwrap();
        assert_all_close(&g, d.clone());
        assert_all_close(&few(&x, y).unwrap(), d);
        assert_all_close(&j, rows);
        through::check(&x, y).unwrap().assert();
        few::check(&x, y).unwrap().assert();
        let mut r = y;
        for _ in 0..n {
            let (mut t, mut d) = (r, 1.0);
            for x in &x {
                d = t.cos() * x * d + 1.0;
                t = t.sin() * x + r;
            }
            r = r / 2.0 + d;
        }
        assert_close(nested(&x, y).unwrap(), r);
        nested::check(&x, y).unwrap().assert();
        let mut root = 1.3_f64;
        for _ in 0..n {
            root -= (4.0 * root.powi(3) - 6.0 * root + 1.0) / (12.0 * root.powi(2) - 6.0);
        }
        assert_close(newton(1.3, n).unwrap(), root);
        newton::check(1.3, n).unwrap().assert();
    }
}

/// A derivative of what is made of derivatives, in each turn of a loop: the inner ones are others in each turn too.
#[test]
fn of_derivatives_in_turns() {
    graph! {
        /// Rows of 2 v x^2, by its definition and by its turns, and a sum over derivatives of them.
        fn tables(x: [n], v: [n]) -> (whole: [n, n], by_turns: [n, n], tangents: [n, n], inner: [n, n, n]) {
            f = v^2*x;
            r = jacobian(f, v) @ x;
            whole = jacobian(r, x);
            by_turns = each(i in 0..n, grad(r[i], x));
            t = jvp(f, v, x);
            tangents = each(i in 0..n, grad(t[i], x));
            inner = each(i in 0..n, grad(r[i], x)*x[i]*hessian(r[i], x));
        }
        /// Of a root that is looked for as a vector, over arrays of any size.
        #[graph(hessian)]
        fn slopes(x: [n], b) -> l { r = root(e = x, e^3 + e - x*b); l = sum(jacobian(r, x)); }
    }
    let (x, v) = (array![0.5, -1.5, 2.0], array![2.0, 0.25, -1.0]);
    let (whole, by_turns, tangents, inner) = tables(&x, &v).unwrap();
    for ((i, j), got) in whole.indexed_iter() {
        let want = if i == j { 4.0 * v[i] * x[i] } else { 0.0 };
        assert_close(*got, want);
        assert_close(by_turns[[i, j]], want);
        assert_close(tangents[[i, j]], want);
        let curvature = if i == j { 4.0 * v[i] } else { 0.0 };
        for k in 0..3 {
            let is_same = i == j && j == k;
            let want = if is_same {
                want * x[i] * curvature
            } else {
                0.0
            };
            assert_close(inner[[i, j, k]], want);
        }
    }
    tables::check(&x, &v).unwrap().assert();

    // e^3 + e = x b, so e' = b/(3 e^2 + 1); by b again, and once more.
    let b = 0.7_f64;
    let (mut value, mut slope, mut curvature) = (0.0, 0.0, 0.0);
    for x in &x {
        let mut e = *x;
        for _ in 0..50 {
            e -= (e.powi(3) + e - x * b) / (3.0 * e * e + 1.0);
        }
        let q = 1.0 / (3.0 * e * e + 1.0);
        let first = x * q; // de/db
        let dq = -6.0 * e * q * q;
        let ddq = -6.0 * q * q + 72.0 * e * e * q * q * q;
        let second = x * dq * first;
        value += b * q;
        slope += q + b * dq * first;
        curvature += 2.0 * dq * first + b * (ddq * first * first + dq * second);
    }
    let (got, gradient, product) = slopes::hvp(&x, b, &Array1::zeros(3), 1.0).unwrap();
    assert_close(got, value);
    assert_close(gradient.b, slope);
    assert_close(product.b, curvature);
}

// Edges.

/// Kinks, zeros, and the side of a branch that is not taken.
#[test]
fn where_there_is_no_derivative() {
    graph! {
        fn branch(x, y) -> (g, h, k) {
            e = if x > 0 { sqrt(x)*y } else { x^2*y };
            g = grad(e, x);
            h = grad(g, x);
            k = grad(h, y);
        }
        fn branches(x: [n]) -> h: [n] { h = each(i in 0..n, e = if x[i] > 0 { x[i]*ln(x[i]) } else { x[i]^2 }; grad(grad(e, x[i]), x[i])); }
        fn largest(x: [3]) -> g: [3] { g = grad(max(x)^2, x); }
        fn length(x: [n]) -> g: [n] { g = grad(norm(x), x); }
        fn product(x: [n]) -> (g: [n], h: [n, n]) { e = prod(x); g = grad(e, x); h = hessian(e, x); }
    }
    assert_eq!(branch(0.0, 3.0), (0.0, 6.0, 2.0));
    assert_eq!(branch(-2.0, 3.0), (-12.0, 6.0, 2.0));
    assert_eq!(branch(4.0, 3.0), (0.75, -3.0 / 32.0, -1.0 / 32.0));
    let h = branches(&array![1.0, -2.0, 0.0, 2.0]).unwrap();
    assert_eq!(h, array![1.0, 2.0, 2.0, 0.5]);
    assert_eq!(largest([3.0, 3.0, 2.0]), [3.0, 3.0, 0.0]);
    assert_eq!(length(&array![0.0, 0.0]).unwrap(), array![0.0, 0.0]);
    let (g, h) = product(&array![0.0, 2.0, 3.0, 0.0]).unwrap();
    assert_eq!(g, array![0.0, 0.0, 0.0, 0.0]);
    assert_eq!(
        (h[[0, 3]], h[[3, 0]], h[[0, 1]], h[[1, 2]]),
        (6.0, 6.0, 0.0, 0.0)
    );
}
