//! A bias that is not one number for each column of the weights.

use graph_runtime::graph;

graph! { fn f(x: [n, 3], w: [3, 2], b: [3]) -> y { y = affine(x, w, b); } }

fn main() {
    let _ = f::<f64>;
}
