//! ADBench's recurrent net: two layers over 1,024 characters of 14 bits, the loss and its slopes by all weights.
//!
//! The formulas are those of its objective, of which `tests/language/programs/data` names the source. By hand: backpropagation through time
//! with plain loops, and all that it reads kept.

use graph_runtime::graph;
use ndarray::{Array2, Array3};

use crate::harness::Task;
use crate::summary::Line;

const B: usize = 14;
const CHARACTERS: usize = 1024;

graph! {
    fn lstm(w: [2, 4, b], c: [2, 4, b], x: [3, b], const start: [2, 2, b], const seq: [t, b]) -> loss {
        (_, _, _, _, total) = fold((h1, s1, h2, s2, total) = (start[0, 0], start[0, 1], start[1, 0], start[1, 1], 0), k in 0..t - 1,
            (n1, m1) = cell_of(seq[k]*x[0], h1, s1, w[0], c[0]);
            (n2, m2) = cell_of(n1, h2, s2, w[1], c[1]);
            y = n2*x[1] + x[2];
            l = sum(seq[k + 1]*(y - ln(2 + sum(exp(y)))));
            (n1, m1, n2, m2, total + l));
        loss = -total/((t - 1)*b);
    }
    fn cell_of(input: [b], h: [b], s: [b], w: [4, b], c: [4, b]) -> (next, state) {
        state = s*sigmoid(input*w[0] + c[0]) + sigmoid(h*w[1] + c[1])*tanh(h*w[3] + c[3]);
        next = sigmoid(input*w[2] + c[2])*tanh(state);
    }
}
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
#[derive(Clone, Copy, Default)]
struct Cell {
    input: [f64; B],
    h: [f64; B],
    s: [f64; B],
    f: [f64; B],
    i: [f64; B],
    o: [f64; B],
    g: [f64; B],
    ts: [f64; B],
}
#[derive(Clone, Copy, Default)]
struct Step {
    c: [Cell; 2],
    n2: [f64; B],
    p: [f64; B],
    sumseq: f64,
}
fn hcell(
    input: [f64; B],
    h: [f64; B],
    s: [f64; B],
    w: &[f64],
    c: &[f64],
    k: &mut Cell,
) -> ([f64; B], [f64; B]) {
    let (mut n, mut m) = ([0.; B], [0.; B]);
    k.input = input;
    k.h = h;
    k.s = s;
    for j in 0..B {
        k.f[j] = sigmoid(input[j] * w[j] + c[j]);
        k.i[j] = sigmoid(h[j] * w[B + j] + c[B + j]);
        k.g[j] = (h[j] * w[3 * B + j] + c[3 * B + j]).tanh();
        k.o[j] = sigmoid(input[j] * w[2 * B + j] + c[2 * B + j]);
        m[j] = s[j] * k.f[j] + k.i[j] * k.g[j];
        k.ts[j] = m[j].tanh();
        n[j] = k.o[j] * k.ts[j];
    }
    (n, m)
}
fn back(
    k: &Cell,
    dn: &[f64; B],
    dm: &[f64; B],
    w: &[f64],
    dw: &mut [f64],
    dc: &mut [f64],
) -> ([f64; B], [f64; B], [f64; B]) {
    let (mut di, mut dh, mut ds) = ([0.; B], [0.; B], [0.; B]);
    for j in 0..B {
        let d_o = dn[j] * k.ts[j];
        let dm = dm[j] + dn[j] * k.o[j] * (1. - k.ts[j] * k.ts[j]);
        let df = dm * k.s[j];
        ds[j] = dm * k.f[j];
        let dii = dm * k.g[j];
        let dg = dm * k.i[j];
        let zf = df * k.f[j] * (1. - k.f[j]);
        let zo = d_o * k.o[j] * (1. - k.o[j]);
        let zi = dii * k.i[j] * (1. - k.i[j]);
        let zg = dg * (1. - k.g[j] * k.g[j]);
        dw[j] += zf * k.input[j];
        dc[j] += zf;
        dw[B + j] += zi * k.h[j];
        dc[B + j] += zi;
        dw[2 * B + j] += zo * k.input[j];
        dc[2 * B + j] += zo;
        dw[3 * B + j] += zg * k.h[j];
        dc[3 * B + j] += zg;
        di[j] = zf * w[j] + zo * w[2 * B + j];
        dh[j] = zi * w[B + j] + zg * w[3 * B + j];
    }
    (di, dh, ds)
}
/// The loss, and its slopes by weights, biases and the rest.
fn hand(
    [w, c, x, st]: [&[f64]; 4],
    seq: &[f64],
    tape: &mut Vec<Step>,
    g: &mut [Vec<f64>; 3],
) -> f64 {
    let t = CHARACTERS;
    let a = |i: usize| -> [f64; B] { st[i * B..][..B].try_into().unwrap() };
    let (mut h1, mut s1, mut h2, mut s2) = (a(0), a(1), a(2), a(3));
    tape.clear();
    let mut total = 0.0;
    for k in 0..t - 1 {
        let mut q = Step::default();
        let mut input = [0.; B];
        for j in 0..B {
            input[j] = seq[k * B + j] * x[j];
        }
        let (n1, m1) = hcell(input, h1, s1, &w[..4 * B], &c[..4 * B], &mut q.c[0]);
        let (n2, m2) = hcell(n1, h2, s2, &w[4 * B..], &c[4 * B..], &mut q.c[1]);
        let (mut se, mut y) = (0.0, [0.; B]);
        for j in 0..B {
            y[j] = n2[j] * x[B + j] + x[2 * B + j];
            q.p[j] = y[j].exp();
            se += q.p[j];
        }
        let lse = (2.0 + se).ln();
        for j in 0..B {
            q.p[j] /= 2.0 + se;
            let s = seq[(k + 1) * B + j];
            total += s * (y[j] - lse);
            q.sumseq += s;
        }
        q.n2 = n2;
        tape.push(q);
        (h1, s1, h2, s2) = (n1, m1, n2, m2);
    }
    let f = -1.0 / ((t - 1) * B) as f64;
    for v in g.iter_mut() {
        v.fill(0.0);
    }
    let z = [0.; B];
    let (mut d1, mut e1, mut d2, mut e2) = (z, z, z, z);
    for k in (0..t - 1).rev() {
        let q = &tape[k];
        for j in 0..B {
            let dy = f * (seq[(k + 1) * B + j] - q.sumseq * q.p[j]);
            d2[j] += dy * x[B + j];
            g[2][B + j] += dy * q.n2[j];
            g[2][2 * B + j] += dy;
        }
        let [gw, gc, _] = g;
        let (di, dh, ds) = back(
            &q.c[1],
            &d2,
            &e2,
            &w[4 * B..],
            &mut gw[4 * B..],
            &mut gc[4 * B..],
        );
        for j in 0..B {
            d1[j] += di[j];
        }
        d2 = dh;
        e2 = ds;
        let (di, dh, ds) = back(
            &q.c[0],
            &d1,
            &e1,
            &w[..4 * B],
            &mut gw[..4 * B],
            &mut gc[..4 * B],
        );
        d1 = dh;
        e1 = ds;
        for j in 0..B {
            g[2][j] += di[j] * seq[k * B + j];
        }
    }
    total * f
}

/// Numbers between -1 and 1, the same for the same seed.
fn random(count: usize, mut seed: u64) -> Vec<f64> {
    let next = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as f64 / (1_u64 << 30) as f64 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

pub fn run(rounds: usize) -> Line {
    let (weights, biases) = (random(8 * B, 1), random(8 * B, 2));
    let (extra, start) = (random(3 * B, 3), random(4 * B, 4));
    let bits: Vec<f64> = random(CHARACTERS * B, 5)
        .iter()
        .map(|bit| f64::from(*bit > 0.0))
        .collect();
    let cube =
        |of: &Vec<f64>, shape| Array3::from_shape_vec(shape, of.clone()).expect("as many entries");
    let table = |of: &Vec<f64>, rows| {
        Array2::from_shape_vec((rows, B), of.clone()).expect("as many entries")
    };
    let (w, c, state) = (
        cube(&weights, (2, 4, B)),
        cube(&biases, (2, 4, B)),
        cube(&start, (2, 2, B)),
    );
    let (x, text) = (table(&extra, 3), table(&bits, CHARACTERS));
    let (mut workspace, mut grad) = (lstm::Workspace::default(), lstm::Grad::default());
    let mut slopes = [vec![0.0; 8 * B], vec![0.0; 8 * B], vec![0.0; 3 * B]];
    let mut tape = Vec::new();
    Task::new("LSTM, 1,024 characters of 14 bits, 2 layers")
        .row("by hand", move || {
            let inputs = [&weights[..], &biases, &extra, &start];
            let loss = hand(inputs, &bits, &mut tape, &mut slopes);
            loss + slopes.iter().flatten().sum::<f64>()
        })
        .row("graph!", move || {
            let loss =
                lstm::value_and_grad_into(&w, &c, &x, &state, &text, &mut workspace, &mut grad);
            loss.expect("the shapes agree") + grad.w.sum() + grad.c.sum() + grad.x.sum()
        })
        .report(rounds)
}
