//! The body of a loop over a named dimension that is an array.

use graph_runtime::graph;

graph! { fn f(x: [n, m]) -> y { y = sum(i in 0..n, x[i]); } }

fn main() {
    let _ = f::<f64>;
}
