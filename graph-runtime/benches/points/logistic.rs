//! The logistic loss of one point, `ln(1 + exp(-(w x + b) y)) + 0.005 w^2`, and its four slopes.

use crate::duals::{Formula, Num, by_hyperdual, by_num_dual, by_tape};
use crate::harness::{Batch, Random, Task};
use crate::summary::Line;
use graph_runtime::{Number, graph};
use num_traits::Float;

graph! { #[graph(batch, as_written)] fn loss(x, y, w, b) -> l { l = ln(1 + exp(-(w*x + b)*y)) + 0.005*w^2; } }

pub fn by_graph(&[x, y, w, b]: &[f64; 4]) -> [f64; 5] {
    let (l, d) = loss::value_and_grad(x, y, w, b);
    [l, d.x, d.y, d.w, d.b]
}

/// With `e = exp(-m y)` the slope of the logarithm by its exponent is `e / (1 + e)`, of which everything else is a multiple.
#[inline(always)]
fn by_hand<T: Float>(&[x, y, w, b]: &[T; 4]) -> [T; 5] {
    let number = |value: f64| T::from(value).expect("a number");
    let m = w * x + b;
    let e = (-m * y).exp();
    let s = T::one() + e;
    let dt = e / s;
    let dm = -y * dt;
    [
        s.ln() + number(0.005) * w * w,
        dm * w,
        -m * dt,
        dm * x + number(0.01) * w,
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

pub fn point(random: &mut Random) -> [f64; 4] {
    [
        random.between(-2.0, 2.0),
        random.sign(),
        random.between(-2.0, 2.0),
        random.between(-1.0, 1.0),
    ]
}

/// The same over slices: a plain loop over the hand-written derivative, and `batch_into`.
pub fn run_batch<T: Number + Float>(title: &'static str, rounds: usize) -> Line {
    Batch::<T, 4, 5>::new(title, point)
        .row("by hand", |inputs, results| {
            crate::harness::plain_loop(inputs, results, by_hand);
        })
        .row("graph!", |inputs, results| {
            let [x, y, w, b] = inputs;
            let [l, d_x, d_y, d_w, d_b] = results;
            let gradient = loss::Grad {
                x: d_x,
                y: d_y,
                w: d_w,
                b: d_b,
            };
            loss::batch_into(x, y, w, b, l, gradient).expect("slices of one length");
        })
        .report(rounds)
}

pub fn run(rounds: usize) -> Line {
    Task::new("logistic loss, 4 slopes", point)
        .row("by hand", by_hand, by_hand)
        .row("graph!", by_hand, by_graph)
        .row("num-dual", by_hand, |x| by_num_dual::<Loss, 4, 1, 5>(x))
        .row("hyperdual", by_hand, |x| by_hyperdual!(Loss, 5, x))
        .row("reverse (tape)", by_hand, |x| by_tape::<Loss, 4, 1, 5>(x))
        .report(rounds)
}
