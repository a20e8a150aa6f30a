//! `(x + y)^2` and its two slopes.

use crate::duals::{Formula, Num, by_hyperdual, by_num_dual, by_tape};
use crate::harness::{Random, Task};
use crate::summary::Line;
use graph_runtime::graph;

graph! { fn square(x, y) -> z { z = (x + y)^2; } }

pub fn by_graph(&[x, y]: &[f64; 2]) -> [f64; 3] {
    let (z, d) = square::value_and_grad(x, y);
    [z, d.x, d.y]
}

fn by_hand(&[x, y]: &[f64; 2]) -> [f64; 3] {
    let s = x + y;
    [s * s, s + s, s + s]
}

struct Square;

impl Square {
    const ROWS: usize = 1;
}

impl Formula<2, 1> for Square {
    #[inline(always)]
    fn of<T: Num>(&[x, y]: &[T; 2], _: &[f64]) -> [T; 1] {
        let s = x + y;
        [s * s]
    }
}

pub fn point(random: &mut Random) -> [f64; 2] {
    [random.between(-3.0, 3.0), random.between(-3.0, 3.0)]
}

pub fn run(rounds: usize) -> Line {
    Task::new("(x + y)^2, 2 slopes", point)
        .row("by hand", by_hand, by_hand)
        .row("graph!", by_hand, by_graph)
        .row("num-dual", by_hand, |x| by_num_dual::<Square, 2, 1, 3>(x))
        .row("hyperdual", by_hand, |x| by_hyperdual!(Square, 3, x))
        .row("reverse (tape)", by_hand, |x| by_tape::<Square, 2, 1, 3>(x))
        .report(rounds)
}
