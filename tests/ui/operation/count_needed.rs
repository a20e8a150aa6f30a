//! A count that is known when it runs only.

use graph_runtime::graph;

graph! {
    fn f(x) -> y { y = series(x, x); }
    fn series(x, steps: count) -> y { y = sum(k in 0..steps, x^k); }
}

fn main() {
    let _ = f::<f64>;
}
