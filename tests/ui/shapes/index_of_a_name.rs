//! The extent as an index.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> l { l = x[n]; } }

fn main() {
    let _ = f::<f64>;
}
