//! A range that moves with a loop over a named dimension.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> v { v = sum(i in 0..n, sum(x[0..i])); } }

fn main() {
    let _ = f::<f64>;
}
