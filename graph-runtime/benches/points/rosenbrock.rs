//! Rosenbrock's valley in 20 variables, `sum of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2`, and its gradient.

use crate::duals::{Formula, Num, by_hyperdual, by_num_dual, by_tape};
use crate::harness::{Random, Task};
use crate::summary::Line;
use graph_runtime::graph;

graph! {
    fn valley(x: [20]) -> y { y = sum(i in 0..19, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2); }
}

type Outcome = (f64, valley::Grad<f64>);

pub fn by_graph(x: &[f64; 20]) -> Outcome {
    valley::value_and_grad(*x)
}

fn numbers((y, d): &Outcome) -> [f64; 21] {
    let mut out = [*y; 21];
    out[1..].copy_from_slice(&d.x);
    out
}

/// Each term adds to the slopes of its two variables; the second share is carried over to the next turn.
fn by_hand(x: &[f64; 20]) -> [f64; 21] {
    let mut out = [0.0; 21];
    let (mut total, mut carry) = (0.0, 0.0);
    for i in 0..19 {
        let a = x[i + 1] - x[i] * x[i];
        let c = x[i] - 1.0;
        let h = 200.0 * a;
        total += 0.5 * h * a + c * c;
        out[1 + i] = carry - 2.0 * h * x[i] + 2.0 * c;
        carry = h;
    }
    out[20] = carry;
    out[0] = total;
    out
}

struct Valley;

impl Valley {
    const ROWS: usize = 1;
}

impl Formula<20, 1> for Valley {
    #[inline(always)]
    fn of<T: Num>(x: &[T; 20], _: &[f64]) -> [T; 1] {
        let term = |i: usize| {
            let a = x[i + 1] - x[i] * x[i];
            let c = x[i] + -1.0;
            a * a * 100.0 + c * c
        };
        [(1..19).map(term).fold(term(0), |total, term| total + term)]
    }
}

pub fn point(random: &mut Random) -> [f64; 20] {
    std::array::from_fn(|_| random.between(-2.0, 2.0))
}

pub fn run(rounds: usize) -> Line {
    Task::new("Rosenbrock, 20 slopes", point)
        .row("by hand", by_hand, by_hand)
        .row_of("graph!", by_hand, by_graph, numbers)
        .row("num-dual", by_hand, |x| by_num_dual::<Valley, 20, 1, 21>(x))
        .row("hyperdual", by_hand, |x| by_hyperdual!(Valley, 21, x))
        .row("reverse (tape)", by_hand, |x| {
            by_tape::<Valley, 20, 1, 21>(x)
        })
        .report(rounds)
}
