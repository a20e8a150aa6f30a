//! Loops over steps: those of literal length over numbers, in every mode, against those over a count, and calls of other graphs in
//! a step.

use graph_runtime::graph;
use ndarray::{Array1, arr1};

/// The same steps over a count, written with their number, and with few states kept.
macro_rules! both {
    ($name:ident, $n:literal) => {
        mod $name {
            use graph_runtime::graph;
            graph! {
                #[graph(hessian)]
                pub fn run(p0, v0, g, n: count) -> e {
                    (p, v) = fold((p, v) = (p0, v0), k in 0..n, a = -g*sin(p)*if p > 0.3 { sqrt(p) } else { 1 + k }; (p + 0.01*v, v + 0.01*a));
                    e = p^2 + v + fold(s = g, k in rev(0..n), 0.5*s + p*k*0.01);
                }
                #[graph(hessian, batch)]
                pub fn lit(p0, v0, g) -> e {
                    (p, v) = fold((p, v) = (p0, v0), k in 0..$n, a = -g*sin(p)*if p > 0.3 { sqrt(p) } else { 1 + k }; (p + 0.01*v, v + 0.01*a));
                    e = p^2 + v + fold(s = g, k in rev(0..$n), 0.5*s + p*k*0.01);
                }
                #[graph(hessian, keep = "few")]
                pub fn few(p0, v0, g) -> e {
                    (p, v) = fold((p, v) = (p0, v0), k in 0..$n, a = -g*sin(p)*if p > 0.3 { sqrt(p) } else { 1 + k }; (p + 0.01*v, v + 0.01*a));
                    e = p^2 + v + fold(s = g, k in rev(0..$n), 0.5*s + p*k*0.01);
                }
            }
            #[test] fn agree() {
                let (p, v, g) = (0.7, 0.1, 0.8);
                let a = run::value_and_grad(p, v, g, $n).unwrap();
                for (b, f, h) in [(lit::value_and_grad(p, v, g), lit::forward(p, v, g).backward(1.0), lit::hvp(p, v, g, 0.1, 0.2, 0.3)), {
                    let b = few::value_and_grad(p, v, g); let f = few::forward(p, v, g).backward(1.0);
                    (( b.0, lit::Grad { p0: b.1.p0, v0: b.1.v0, g: b.1.g }), lit::Grad { p0: f.p0, v0: f.v0, g: f.g }, { let h = few::hvp(p, v, g, 0.1, 0.2, 0.3); (h.0, lit::Grad { p0: h.1.p0, v0: h.1.v0, g: h.1.g }, lit::Grad { p0: h.2.p0, v0: h.2.v0, g: h.2.g }) }) }] {
                    let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-12 * a.abs().max(1.0), "{a} {b}");
                    near(a.0, b.0); near(a.1.p0, b.1.p0); near(a.1.v0, b.1.v0); near(a.1.g, b.1.g);
                    near(f.p0, b.1.p0); near(f.v0, b.1.v0); near(f.g, b.1.g);
                    let c = run::hvp(p, v, g, $n, 0.1, 0.2, 0.3).unwrap();
                    near(c.2.p0, h.2.p0); near(c.2.v0, h.2.v0); near(c.2.g, h.2.g);
                }
                let t = lit::jvp(p, v, g, 1.0, 0.0, 0.0);
                assert!((t.1 - a.1.p0).abs() < 1e-12 * t.1.abs().max(1.0));
                let h = lit::hessian(p, v, g);
                let c = run::hvp(p, v, g, $n, 1.0, 0.0, 0.0).unwrap();
                assert!((h.2[0][1] - c.2.v0).abs() < 1e-11 * c.2.v0.abs().max(1.0), "{:?}", h.2);
                let pts = [0.7; 9];
                let b = lit::batch(&pts, &[0.1; 9], &[0.8; 9]).unwrap();
                assert!((b.0[8] - a.0).abs() < 1e-12);
                assert!((b.1.g[3] - a.1.g).abs() < 1e-12 * a.1.g.abs().max(1.0));
            }
        }
    };
}
both!(hundred, 100);
both!(thousand, 1000);
both!(odd, 65);
graph! {
    fn inline_small(a: [2], w: [2, 2]) -> y { q = fold(q = a, k in 0..200, tanh(w @ q + [0.01*k, 0.5])); y = q[0]*q[1]; }
    fn nested(a) -> y { y = fold(s = a, i in 0..70, fold(t = s, j in 0..80, 0.5*t + 0.1*cos(t*a) + 0.001*j*i)); }
}
#[test]
fn others() {
    let f = |a: [f64; 2], w: [[f64; 2]; 2]| {
        let mut q = a;
        for k in 0..200 {
            q = [
                (w[0][0] * q[0] + w[0][1] * q[1] + 0.01 * k as f64).tanh(),
                (w[1][0] * q[0] + w[1][1] * q[1] + 0.5).tanh(),
            ];
        }
        q[0] * q[1]
    };
    let w = [[0.3, -0.2], [0.5, 0.1]];
    let (v, g) = inline_small::value_and_grad([0.1, 0.2], w);
    assert!((v - f([0.1, 0.2], w)).abs() < 1e-14);
    let h = 1e-6;
    let mut wp = w;
    wp[1][0] += h;
    let mut wm = w;
    wm[1][0] -= h;
    assert!((g.w[1][0] - (f([0.1, 0.2], wp) - f([0.1, 0.2], wm)) / (2.0 * h)).abs() < 1e-8);
    let n = |a: f64| {
        let mut s = a;
        for i in 0..70 {
            let mut t = s;
            for j in 0..80 {
                t = 0.5 * t + 0.1 * (t * a).cos() + 0.001 * (j * i) as f64;
            }
            s = t;
        }
        s
    };
    let (v, g) = nested::value_and_grad(0.4);
    assert!((v - n(0.4)).abs() < 1e-13);
    assert!((g.a - (n(0.4 + h) - n(0.4 - h)) / (2.0 * h)).abs() < 1e-7);
}

/// Graphs of another block.
mod elsewhere {
    use super::graph;
    graph! { pub fn soft(x, const c) -> y { y = tanh(x)*c; } pub fn mix(x: [n], y: [n]) -> z { z = sum(x*y); }
    pub fn fixed(p: [2], t) -> q: [2] { q = [p[0]*cos(t) - p[1], p[1] + t]; } }
}
const ALPHA: f64 = 0.5;
graph! {
    fn takes_numbers(x: [n], s) -> z { z = fold(s = s, k in 0..n, elsewhere::soft(s + x[k], 2)*{ALPHA} + elsewhere::mix(x, x)*0.1); }
    fn takes_arrays(x: [n], s) -> z { q = fold(q = [s, 1], k in 0..n, p: [2] = elsewhere::fixed(q, x[k]); p); z = q[0]*q[1]; }
}
fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-5;
    (f(x + h) - f(x - h)) / (2.0 * h)
}
#[test]
fn calls() {
    let x = arr1(&[0.3, -0.2, 0.5]);
    let (v, g) = takes_numbers::value_and_grad(&x, 0.4).unwrap();
    let w = |x: &Array1<f64>, s: f64| {
        let mut s = s;
        for k in 0..3 {
            s = (s + x[k]).tanh() * 2. * 0.5 + x.dot(x) * 0.1;
        }
        s
    };
    assert!((v - w(&x, 0.4)).abs() < 1e-14);
    assert!((g.s - slope(|s| w(&x, s), 0.4)).abs() < 1e-8);
    for k in 0..3 {
        let n = slope(
            |v| {
                let mut x = x.clone();
                x[k] = v;
                w(&x, 0.4)
            },
            x[k],
        );
        assert!((g.x[k] - n).abs() < 1e-8);
    }
    let t = takes_numbers::jvp(&x, 0.4, &x, 1.0).unwrap().1;
    assert!((t - (g.x.dot(&x) + g.s)).abs() < 1e-12);
    let (v, gg) = takes_arrays::value_and_grad(&x, 0.4).unwrap();
    let w = |x: &Array1<f64>, s: f64| {
        let mut q = [s, 1.0];
        for k in 0..3 {
            q = [q[0] * x[k].cos() - q[1], q[1] + x[k]];
        }
        q[0] * q[1]
    };
    assert!((v - w(&x, 0.4)).abs() < 1e-14);
    assert!((gg.s - slope(|s| w(&x, s), 0.4)).abs() < 1e-8);
}

graph! {
    /// The smallest and the largest entry.
    fn ends(x: [n]) -> (low, high) {
        (low, high) = fold((a, b) = (x[0], x[0]), k in 1..n,
            if x[k] < a { (x[k], b) } else if x[k] > b { seen = x[k]; (a, seen) } else { (a, b) });
    }
    fn taken_in_turns(x: [4]) -> z {
        (a, b) = fold((a, b) = (x[0], 2*x[1]), k in 0..4, if k < 3 { both(a, b, x[k + 1]) } else { (b, a) });
        z = a + 3*b;
    }
    fn both(a, b, x) -> (c, d) { c = a*x; d = b + x; }
}

/// The sides of an `if` have as many values as are carried, a call's among them.
#[test]
fn sides_with_several_values() {
    let x = arr1(&[2.0, 1.0, 5.0, 3.0]);
    assert_eq!(ends(&x).unwrap(), (1.0, 5.0));
    let d = ends::jacobian(&x).unwrap().1.x;
    assert_eq!(
        d,
        ndarray::array![[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
    );
    // x0 x1 x2 x3 goes three times, and 3 x1 + x2 + x3 once.
    let (z, d) = taken_in_turns::value_and_grad([2.0, 1.0, 5.0, 3.0]);
    assert_eq!((z, d.x), (101.0, [45.0, 93.0, 19.0, 31.0]));
}

graph! {
    fn never_grown(x: [2, n], s) -> v: [n] { v = fold(v = s, k in 0..0, v + x[k]); }
    fn no_rows(x: [2, n], s) -> v: [0, n] { v = scan(v = s, k in 1..1, v*x[k]); }
    fn of_numbers(x: [2, 2], s) -> z: [2] { (z, _) = fold((v, w) = (s, 1), k in 0..0, (v + x[k], w*s)); }
    fn out_of_nothing(x: [0], s) -> z { z = fold(v = s, k in 0..0, v + x[k]); }
}

/// A loop that is written with no steps gives what one of any length gives that has none.
#[test]
fn a_state_that_grows_in_no_steps() {
    let x = ndarray::array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    assert_eq!(never_grown(&x, 0.5).unwrap(), arr1(&[0.5; 3]));
    let (_, pull) = never_grown::vjp(&x, 0.5).unwrap();
    let d = pull(&arr1(&[1.0, 2.0, 3.0])).unwrap();
    assert_eq!(
        d,
        (
            Array1::<f64>::zeros(6)
                .into_shape_with_order((2, 3))
                .unwrap(),
            6.0
        )
    );
    assert_eq!(no_rows(&x, 0.5).unwrap().dim(), (0, 3));
    assert_eq!(of_numbers([[1.0, 2.0], [3.0, 4.0]], 0.5), [0.5; 2]);
    assert_eq!(out_of_nothing([], 0.5), 0.5);
}
