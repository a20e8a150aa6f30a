//! A matrix that would have to be transposed.

use graph_runtime::graph;

graph! { fn f(x: [n, 784], w1: [50, 784]) -> h { h = x @ w1; } }

fn main() {
    let _ = f::<f64>;
}
