//! A Helmholtz energy of van der Waals with all of its derivatives, beside its value.
//!
//! The slopes that the numbers are compared in are the pressure and the entropy, in closed form.

use graph_runtime::graph;

use crate::harness::{Random, Task};
use crate::summary::Line;

graph! {
    fn energy(t, v, n) -> a { a = -n*t*(ln((v - 0.1*n)/n) + 1 + 1.5*ln(t)) - 0.7*n^2/v; }
    fn to_second(t, v, n) -> (a, g: [3], h: [3, 3]) {
        x = [t, v, n];
        a = energy(x[0], x[1], x[2]);
        g = grad(a, x);
        h = hessian(a, x);
    }
    fn to_third(t, v, n) -> (a, g: [3], h: [3, 3], k: [3, 3, 3]) {
        x = [t, v, n];
        a = energy(x[0], x[1], x[2]);
        g = grad(a, x);
        h = hessian(a, x);
        k = jacobian(h, x);
    }
}

/// The value, the pressure with its sign turned, and the same of the entropy; the latter two left out with the value alone.
fn value(&[t, v, n]: &[f64; 3]) -> [f64; 3] {
    let entropic = ((v - 0.1 * n) / n).ln() + 1.0 + 1.5 * t.ln();
    [-n * t * entropic - 0.7 * n * n / v, 0.0, 0.0]
}

fn slopes(point: &[f64; 3]) -> [f64; 3] {
    let &[t, v, n] = point;
    let pressure = n * t / (v - 0.1 * n) - 0.7 * n * n / (v * v);
    let entropy = n * (((v - 0.1 * n) / n).ln() + 1.0 + 1.5 * t.ln()) + 1.5 * n;
    [value(point)[0], -entropy, -pressure]
}

fn point(random: &mut Random) -> [f64; 3] {
    [
        random.between(0.5, 2.0),
        random.between(1.0, 5.0),
        random.between(0.3, 1.5),
    ]
}

pub fn run(rounds: usize) -> Line {
    Task::new("Helmholtz energy of three variables", point)
        .row_of(
            "value",
            value,
            |&[t, v, n]| energy(t, v, n),
            |a| [*a, 0.0, 0.0],
        )
        .row_of(
            "to order 2",
            slopes,
            |&[t, v, n]| to_second(t, v, n),
            |(a, g, _)| [*a, g[0], g[1]],
        )
        .row_of(
            "to order 3",
            slopes,
            |&[t, v, n]| to_third(t, v, n),
            |(a, g, _, _)| [*a, g[0], g[1]],
        )
        .report(rounds)
}
