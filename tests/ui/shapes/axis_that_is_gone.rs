//! A mean over rows against the rows.

use graph_runtime::graph;

graph! { fn f(x: [n, k]) -> y: [n, k] { y = x - mean(x, axis = 1); } }

fn main() {
    let _ = f::<f64>;
}
