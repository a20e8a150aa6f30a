//! The logistic loss of one point, `ln(1 + exp(-(w x + b) y)) + 0.005 w^2`, and its four slopes.

use crate::duals::{Formula, Num, by_hyperdual, by_num_dual, by_tape};
use crate::harness::Task;
use graph_runtime::graph;

graph! { fn loss(x, y, w, b) -> l { l = ln(1 + exp(-(w*x + b)*y)) + 0.005*w^2; } }

fn by_graph(&[x, y, w, b]: &[f64; 4]) -> [f64; 5] {
    let (l, d) = loss::value_and_grad(x, y, w, b);
    [l, d.x, d.y, d.w, d.b]
}

/// With `e = exp(-m y)` the slope of the logarithm by its exponent is `e / (1 + e)`, of which everything else is a multiple.
fn by_hand(&[x, y, w, b]: &[f64; 4]) -> [f64; 5] {
    let m = w * x + b;
    let e = (-m * y).exp();
    let s = 1.0 + e;
    let dt = e / s;
    let dm = -y * dt;
    [
        s.ln() + 0.005 * w * w,
        dm * w,
        -m * dt,
        dm * x + 0.01 * w,
        dm,
    ]
}

struct Loss;

impl Loss {
    const ROWS: usize = 1;
}

impl Formula<4, 1> for Loss {
    #[inline(always)]
    fn of<T: Num>(&[x, y, w, b]: &[T; 4], _: &[f64]) -> [T; 1] {
        [((-(w * x + b) * y).exp() + 1.0).ln() + w * w * 0.005]
    }
}

pub fn run(rounds: usize) {
    Task::new("logistic loss, 4 slopes", |random| {
        [
            random.between(-2.0, 2.0),
            random.sign(),
            random.between(-2.0, 2.0),
            random.between(-1.0, 1.0),
        ]
    })
    .row("by hand", by_hand, by_hand)
    .row("graph!", by_hand, by_graph)
    .row("num-dual", by_hand, |x| by_num_dual::<Loss, 4, 1, 5>(x))
    .row("hyperdual", by_hand, |x| by_hyperdual!(Loss, 5, x))
    .row("reverse (tape)", by_hand, |x| by_tape::<Loss, 4, 1, 5>(x))
    .report(rounds);
}
