//! An extent of another array as an index.

use graph_runtime::graph;

graph! { fn f(x: [n], y: [m]) -> l { l = x[m]*y[0]; } }

fn main() {
    let _ = f::<f64>;
}
