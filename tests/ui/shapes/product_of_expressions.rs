//! A product of values that have no names.

use graph_runtime::graph;

graph! { fn f(x: [n, 784], w1: [785, 50]) -> h { h = relu(x) @ (2*w1); } }

fn main() {
    let _ = f::<f64>;
}
