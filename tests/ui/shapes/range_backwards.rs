//! A range that ends before it begins.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> y { y = x[2..1]; } }

fn main() {
    let _ = f::<f64>;
}
