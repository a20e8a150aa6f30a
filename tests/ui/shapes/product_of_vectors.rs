//! Vectors of different lengths.

use graph_runtime::graph;

graph! { fn f(x: [n], y: [m]) -> l { l = x @ y; } }

fn main() {
    let _ = f::<f64>;
}
