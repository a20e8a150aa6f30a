//! Weights that do not fit the input.

use graph_runtime::graph;

graph! { fn f(x: [n, 784], w: [785, 50], b: [50]) -> y { y = affine(x, w, b); } }

fn main() {
    let _ = f::<f64>;
}
