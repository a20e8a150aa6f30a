//! A vector that lies along the first axis of a matrix.

use graph_runtime::graph;

graph! { fn f(x: [n, k], b: [n]) -> y { y = x + b; } }

fn main() {
    let _ = f::<f64>;
}
