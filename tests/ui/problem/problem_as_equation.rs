//! What a graph gives to solvers of differential equations only when it is asked for it.

use graph_runtime::{Dynamics, graph};

graph! { fn decay(_t, y, rate) -> dy { dy = -rate*y; } }

fn solve(_: impl Dynamics<f64>) {}

fn main() {
    solve(decay::Problem {});
}
