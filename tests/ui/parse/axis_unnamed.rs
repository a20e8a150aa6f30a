//! The number of an axis without its name.

use graph_runtime::graph;

graph! { fn f(x: [n, m]) -> y { y = sum(x, 0); } }

fn main() {
    let _ = f::<f64>;
}
