//! An argument by which an operation has no derivative, and three ways to give it one that is held constant.

use graph_runtime::graph;

graph! {
    fn order_that_moves(n, x) -> y { m = 2*n; y = polygamma(m + 1, x); }

    fn given(x) -> y { y = polygamma(2, x); }
    fn constant(x, const n) -> y { y = polygamma(n + 1, x); }
    fn stopped(n, x) -> y { y = n*polygamma(stop(n), x); }
}

fn main() {
    let _ = order_that_moves(1.0, 2.0);
    let d = stopped::forward(1.0, 2.0).backward(1.0);
    let _: (f64, f64) = (d.n, d.x);
}
