//! One observation of a point by a camera (Snavely's model: rotation vector, centre, focal length, principal point, two
//! coefficients of radial distortion; a weight), two residuals and their 2x15 Jacobian.

use crate::duals::{Formula, Num, by_hyperdual, by_num_dual, by_tape};
use crate::harness::{Batch, Random, Task};
use crate::summary::Line;
use graph_runtime::{Number, graph};
use num_traits::Float;

graph! {
    #[graph(batch, as_written)]
    fn observation(
        r: [3], centre: [3], f, u0, v0, k1, k2, point: [3], w, const feature: [2]
    ) -> residual: [2] {
        p = point - centre;
        theta = sqrt(dot(r, r));
        axis = r/theta;
        q = cos(theta)*p + sin(theta)*cross(axis, p) + (1 - cos(theta))*dot(axis, p)*axis;
        seen = q[0..2]/q[2];
        radius = dot(seen, seen);
        image = f*(1 + radius*(k1 + k2*radius))*seen + [u0, v0];
        residual = w*(image - feature);
    }
}

type Outcome = ([f64; 2], observation::Jacobian<f64>);

pub fn by_graph(v: &[f64; 17]) -> Outcome {
    let [
        r0,
        r1,
        r2,
        c0,
        c1,
        c2,
        f,
        u0,
        v0,
        k1,
        k2,
        p0,
        p1,
        p2,
        w,
        m0,
        m1,
    ] = *v;
    observation::jacobian(
        [r0, r1, r2],
        [c0, c1, c2],
        f,
        u0,
        v0,
        k1,
        k2,
        [p0, p1, p2],
        w,
        [m0, m1],
    )
}

fn numbers((residual, d): &Outcome) -> [f64; 32] {
    let mut out = [0.0; 32];
    out[..2].copy_from_slice(residual);
    for row in 0..2 {
        let slopes = &mut out[2 + 15 * row..17 + 15 * row];
        slopes[..3].copy_from_slice(&d.r[row]);
        slopes[3..6].copy_from_slice(&d.centre[row]);
        slopes[6] = d.f[row][0];
        slopes[7] = d.u0[row][0];
        slopes[8] = d.v0[row][0];
        slopes[9] = d.k1[row][0];
        slopes[10] = d.k2[row][0];
        slopes[11..14].copy_from_slice(&d.point[row]);
        slopes[14] = d.w[row][0];
    }
    out
}

/// With `a = sin θ/θ` and `b = (1 - cos θ)/θ²` the turned point is `q = cos θ p + a r×p + b (r·p) r`, whose derivative by `r` is
/// `u rᵀ + a ∂(r×p) + b (r·p) I + b r pᵀ`, where `u` collects what comes through θ. The image's derivative by `q` is one 2x3 matrix.
#[inline(always)]
fn by_hand<T: Float>(v: &[T; 17]) -> [T; 32] {
    let (one, two) = (T::one(), T::one() + T::one());
    let r = [v[0], v[1], v[2]];
    let p = [v[11] - v[3], v[12] - v[4], v[13] - v[5]];
    let (f, k1, k2, w) = (v[6], v[9], v[10], v[14]);
    let t2 = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    let theta = t2.sqrt();
    let (s, c) = theta.sin_cos();
    let (it, it2) = (one / theta, one / t2);
    let (a, b) = (s * it, (one - c) * it2);
    let (ca, cb) = ((c - a) * it2, (a - two * b) * it2);
    let x = [
        r[1] * p[2] - r[2] * p[1],
        r[2] * p[0] - r[0] * p[2],
        r[0] * p[1] - r[1] * p[0],
    ];
    let d = r[0] * p[0] + r[1] * p[1] + r[2] * p[2];
    let (bd, cbd) = (b * d, cb * d);
    let q: [T; 3] = std::array::from_fn(|i| c * p[i] + a * x[i] + bd * r[i]);
    let u: [T; 3] = std::array::from_fn(|i| ca * x[i] - a * p[i] + cbd * r[i]);
    let iz = one / q[2];
    let seen = [q[0] * iz, q[1] * iz];
    let rs = seen[0] * seen[0] + seen[1] * seen[1];
    let l = one + (k1 + k2 * rs) * rs;
    let lp = two * (k1 + two * k2 * rs);
    let (wf, wfl) = (w * f, w * f * l);
    let e = [
        l * f * seen[0] + v[7] - v[15],
        l * f * seen[1] + v[8] - v[16],
    ];
    let cross = wf * lp * seen[0] * seen[1];
    let m = [
        [wfl + wf * lp * seen[0] * seen[0], cross],
        [cross, wfl + wf * lp * seen[1] * seen[1]],
    ];
    let mut out = [T::zero(); 32];
    for i in 0..2 {
        let o = &mut out[2 + 15 * i..17 + 15 * i];
        let (g0, g1) = (m[i][0] * iz, m[i][1] * iz);
        let g2 = -(g0 * seen[0] + g1 * seen[1]);
        let rg = b * (r[0] * g0 + r[1] * g1 + r[2] * g2);
        let ug = u[0] * g0 + u[1] * g1 + u[2] * g2;
        let gp = [
            c * g0 + a * (g1 * r[2] - g2 * r[1]) + rg * r[0],
            c * g1 + a * (g2 * r[0] - g0 * r[2]) + rg * r[1],
            c * g2 + a * (g0 * r[1] - g1 * r[0]) + rg * r[2],
        ];
        o[0] = r[0] * ug + a * (p[1] * g2 - p[2] * g1) + bd * g0 + p[0] * rg;
        o[1] = r[1] * ug + a * (p[2] * g0 - p[0] * g2) + bd * g1 + p[1] * rg;
        o[2] = r[2] * ug + a * (p[0] * g1 - p[1] * g0) + bd * g2 + p[2] * rg;
        (o[3], o[4], o[5]) = (-gp[0], -gp[1], -gp[2]);
        o[6] = w * l * seen[i];
        o[7 + i] = w;
        o[9] = wf * rs * seen[i];
        o[10] = wf * rs * rs * seen[i];
        (o[11], o[12], o[13]) = (gp[0], gp[1], gp[2]);
        o[14] = e[i];
    }
    out[0] = w * e[0];
    out[1] = w * e[1];
    out
}

struct Observation;

impl Observation {
    const ROWS: usize = 2;
}

impl Formula<15, 2> for Observation {
    #[inline(always)]
    fn of<T: Num>(v: &[T; 15], feature: &[f64]) -> [T; 2] {
        let p = [v[11] - v[3], v[12] - v[4], v[13] - v[5]];
        let theta = (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
        let (c, s) = (theta.cos(), theta.sin());
        let k = [v[0] / theta, v[1] / theta, v[2] / theta];
        let x = [
            k[1] * p[2] - k[2] * p[1],
            k[2] * p[0] - k[0] * p[2],
            k[0] * p[1] - k[1] * p[0],
        ];
        let t = (k[0] * p[0] + k[1] * p[1] + k[2] * p[2]) * (-c + 1.0);
        let q: [T; 3] = std::array::from_fn(|i| p[i] * c + x[i] * s + k[i] * t);
        let (a, b) = (q[0] / q[2], q[1] / q[2]);
        let rs = a * a + b * b;
        let l = (v[9] * rs + v[10] * (rs * rs)) + 1.0;
        [
            v[14] * (a * l * v[6] + v[7] + -feature[0]),
            v[14] * (b * l * v[6] + v[8] + -feature[1]),
        ]
    }
}

pub fn point(random: &mut Random) -> [f64; 17] {
    let mut v = [0.0; 17];
    for at in 0..3 {
        v[at] = random.between(0.05, 0.5) * random.sign();
        v[at + 3] = random.between(-0.5, 0.5);
    }
    v[6] = random.between(400.0, 700.0);
    (v[7], v[8]) = (random.between(-5.0, 5.0), random.between(-5.0, 5.0));
    (v[9], v[10]) = (random.between(-0.3, 0.3), random.between(-0.1, 0.1));
    (v[11], v[12], v[13]) = (
        random.between(-1.0, 1.0),
        random.between(-1.0, 1.0),
        random.between(3.0, 6.0),
    );
    v[14] = random.between(0.5, 1.5);
    (v[15], v[16]) = (random.between(-200.0, 200.0), random.between(-200.0, 200.0));
    v
}

/// The same over slices: a plain loop over the hand-written derivative, and `batch_into`.
pub fn run_batch<T: Number + Float>(title: &'static str, rounds: usize) -> Line {
    Batch::<T, 17, 32>::new(title, point)
        .row("by hand", |inputs, results| {
            crate::harness::plain_loop(inputs, results, by_hand);
        })
        .row("graph!", by_batch)
        .report(rounds)
}

fn by_batch<T: Number>(inputs: [&[T]; 17], results: [&mut [T]; 32]) {
    let [
        r0,
        r1,
        r2,
        c0,
        c1,
        c2,
        f,
        u0,
        v0,
        k1,
        k2,
        p0,
        p1,
        p2,
        w,
        m0,
        m1,
    ] = inputs;
    let mut results = results.into_iter();
    let mut next = || results.next().expect("32 results");
    let residual = [next(), next()];
    let mut rows = [(); 2].map(|()| {
        let r = [next(), next(), next()];
        let centre = [next(), next(), next()];
        let [f, u0, v0, k1, k2] = [(); 5].map(|()| [next()]);
        let point = [next(), next(), next()];
        Some((r, centre, f, u0, v0, k1, k2, point, [next()]))
    });
    let [a, b] = [0, 1].map(|row| rows[row].take().expect("two rows"));
    let jacobian = observation::Jacobian {
        r: [a.0, b.0],
        centre: [a.1, b.1],
        f: [a.2, b.2],
        u0: [a.3, b.3],
        v0: [a.4, b.4],
        k1: [a.5, b.5],
        k2: [a.6, b.6],
        point: [a.7, b.7],
        w: [a.8, b.8],
    };
    let outcome = observation::batch_into(
        [r0, r1, r2],
        [c0, c1, c2],
        f,
        u0,
        v0,
        k1,
        k2,
        [p0, p1, p2],
        w,
        [m0, m1],
        residual,
        jacobian,
    );
    outcome.expect("slices of one length");
}

pub fn run(rounds: usize) -> Line {
    Task::new("camera, 2x15 Jacobian", point)
        .row("by hand", by_hand, by_hand)
        .row_of("graph!", by_hand, by_graph, numbers)
        .row("num-dual", by_hand, |x| {
            by_num_dual::<Observation, 15, 2, 32>(x)
        })
        .row("hyperdual", by_hand, |x| by_hyperdual!(Observation, 16, x))
        .row("reverse (tape)", by_hand, |x| {
            by_tape::<Observation, 15, 2, 32>(x)
        })
        .report(rounds)
}
