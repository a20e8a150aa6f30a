//! One index at two axes.

use graph_runtime::graph;

graph! { fn f(x: [n, n]) -> y { y = sum(i in 0..n, x[i, i]); } }

fn main() {
    let _ = f::<f64>;
}
