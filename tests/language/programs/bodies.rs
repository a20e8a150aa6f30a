//! The energy of bodies that attract one another, over the pairs once each, with the forces, against loops by hand.

use graph_runtime::graph;
use ndarray::{Array1, Array2};
use num_dual::{Dual64, DualNum};

use crate::programs::noise;

graph! {
    #[graph(hessian)]
    fn energy(q: [n, 3], m: [n], const eps) -> u {
        u = sum(i in 0..n, j in i + 1..n, d = q[i] - q[j]; -m[i]*m[j]/sqrt(dot(d, d) + eps^2));
    }
    fn hamiltonian(q: [n, 3], p: [n, 3], m: [n], const eps) -> h {
        h = energy(q, m, eps) + sum(i in 0..n, dot(p[i], p[i])/(2*m[i]));
    }
    /// All pairs twice, as Newton's law is written.
    fn accelerations(q: [n, 3], const m: [n], const eps) -> a: [n, 3] {
        a = each(i in 0..n, sum(j in 0..n, d = q[j] - q[i]; m[j]*d/(dot(d, d) + eps^2)^1.5));
    }
    /// A force of short range, over all pairs but those of a body with itself.
    fn soft(q: [n, 3], const reach) -> u {
        u = sum(i in 0..n, j in 0..n,
            if i != j { r = norm(q[i] - q[j]); if r < reach { (1 - r/reach)^2 } else { 0 } } else { 0 })/2;
    }
    /// Axilrod and Teller's energy of three bodies, over all triples.
    fn triples(q: [n, 3]) -> u {
        u = sum(i in 0..n, j in i + 1..n, k in j + 1..n,
            a = q[i] - q[j]; b = q[j] - q[k]; c = q[k] - q[i]; r = norm(a)*norm(b)*norm(c);
            (1 - 3*dot(a, b)*dot(b, c)*dot(c, a)/r^2)/r^3);
    }
    fn lennard_jones(q: [n, 3]) -> u {
        u = sum(i in 0..n, j in i + 1..n, r = norm(q[i] - q[j]); 4*(1/r^12 - 1/r^6));
    }
}

const EPS: f64 = 0.125;

/// The energy, its slopes by the places, and by the masses.
fn by_hand(q: &Array2<f64>, m: &Array1<f64>) -> (f64, Array2<f64>, Array1<f64>) {
    let (mut u, mut dq, mut dm) = (0.0, Array2::zeros(q.dim()), Array1::zeros(m.len()));
    for i in 0..m.len() {
        for j in i + 1..m.len() {
            let d = &q.row(i) - &q.row(j);
            let r = (d.dot(&d) + EPS * EPS).sqrt();
            u -= m[i] * m[j] / r;
            dm[i] -= m[j] / r;
            dm[j] -= m[i] / r;
            let pull = d * (m[i] * m[j] / r.powi(3));
            dq.row_mut(i).scaled_add(1.0, &pull);
            dq.row_mut(j).scaled_add(-1.0, &pull);
        }
    }
    (u, dq, dm)
}

fn bodies(n: usize) -> (Array2<f64>, Array2<f64>, Array1<f64>) {
    (noise((n, 3), 60), noise((n, 3), 61), noise(n, 62) + 1.5)
}

#[test]
fn energy_and_forces() {
    for n in [1, 2, 7, 40] {
        let (q, p, m) = bodies(n);
        let (u, dq, dm) = by_hand(&q, &m);
        array_modes!(sized energy(q = &q, m = &m; EPS) -> u = u, d(dq, dm));
        let squares = (&p * &p).sum_axis(ndarray::Axis(1));
        let kinetic = (&squares / &m).sum() / 2.0;
        let dp = &p / &m.clone().insert_axis(ndarray::Axis(1));
        let dm = dm - squares / (&m * &m) / 2.0;
        array_modes!(sized hamiltonian(q = &q, p = &p, m = &m; EPS) -> h = u + kinetic, d(dq, dp, dm));
    }
}

/// Newton's accelerations are those of the energy, and so is how they change.
#[test]
fn newtons_law() {
    let (q, p, m) = bodies(9);
    let (_, dq, _) = by_hand(&q, &m);
    let column = m.clone().insert_axis(ndarray::Axis(1));
    let (a, change) = accelerations::jvp(&q, &m, EPS, &p).unwrap();
    crate::programs::assert_near("accelerations", &a, &(-dq / &column));
    let (_, _, product) = energy::hvp(&q, &m, EPS, &p, &Array1::zeros(9)).unwrap();
    crate::programs::assert_near("how they change", &change, &(-product.q / &column));
}

/// Bodies of one kind, by slopes with high powers.
#[test]
fn molecules() {
    let q = Array2::from_shape_fn((12, 3), |(i, k)| ((i / [1, 2, 6][k]) % [2, 3, 2][k]) as f64)
        + noise((12, 3), 63) * 0.125;
    let (mut u, mut dq) = (0.0, Array2::zeros(q.dim()));
    for i in 0..12 {
        for j in 0..i {
            let d = &q.row(i) - &q.row(j);
            let r = d.dot(&d).sqrt();
            u += 4.0 * (r.powi(-12) - r.powi(-6));
            let push = d * (4.0 * (-12.0 * r.powi(-14) + 6.0 * r.powi(-8)));
            dq.row_mut(i).scaled_add(1.0, &push);
            dq.row_mut(j).scaled_add(-1.0, &push);
        }
    }
    let (value, d) = lennard_jones::value_and_grad(&q).unwrap();
    assert!((value - u).abs() < 1e-12 * u.abs(), "{value}, not {u}");
    crate::programs::assert_near("forces", &d.q, &dq);
}

/// Two of the bodies at one place, where the length has no slope, and none is counted with itself.
#[test]
fn forces_of_short_range() {
    let (mut q, _, _) = bodies(11);
    let first = q.row(0).to_owned();
    q.row_mut(7).assign(&first);
    let (reach, mut u, mut dq) = (0.9, 0.0, Array2::zeros(q.dim()));
    for i in 0..11 {
        for j in 0..i {
            let d = &q.row(i) - &q.row(j);
            let r = d.dot(&d).sqrt();
            if r < reach {
                u += (1.0 - r / reach).powi(2);
                if r > 0.0 {
                    let push = d * (-2.0 * (1.0 - r / reach) / (reach * r));
                    dq.row_mut(i).scaled_add(1.0, &push);
                    dq.row_mut(j).scaled_add(-1.0, &push);
                }
            }
        }
    }
    assert!(u > 1.0);
    array_modes!(sized soft(q = &q; reach) -> u = u, d(dq));
}

/// By the sides `r s t` of each triangle, and dot products as their halves: `a b = (t² - r² - s²)/2`.
#[test]
fn three_at_a_time() {
    let (q, _, _) = bodies(6);
    let (mut u, mut dq) = (0.0, Array2::zeros(q.dim()));
    for [i, j, k] in (0..6).flat_map(|i| (0..i).flat_map(move |j| (0..j).map(move |k| [i, j, k]))) {
        let corners = [(i, j), (j, k), (k, i)];
        let sides = corners.map(|(a, b)| &q.row(a) - &q.row(b));
        let squares = sides.each_ref().map(|side| side.dot(side));
        let by = |at: usize| {
            let [r, s, t] = std::array::from_fn(|side| match side == at {
                true => Dual64::from_re(squares[side]).derivative(),
                false => Dual64::from_re(squares[side]),
            });
            let dots = (t - r - s) * (r - s - t) * (s - t - r) / 8.0;
            let product = (r * s * t).sqrt();
            (-(dots * 3.0) / product.powi(2) + 1.0) / product.powi(3)
        };
        u += by(0).re;
        for (at, &(a, b)) in corners.iter().enumerate() {
            let push = &sides[at] * (2.0 * by(at).eps);
            dq.row_mut(a).scaled_add(1.0, &push);
            dq.row_mut(b).scaled_add(-1.0, &push);
        }
    }
    let (value, d) = triples::value_and_grad(&q).expect("the shapes agree");
    assert!((value - u).abs() < 1e-12 * u.abs(), "{value}, not {u}");
    crate::programs::assert_near("forces", &d.q, &dq);
}
