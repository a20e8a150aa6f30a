//! A range up to an extent of another array.

use graph_runtime::graph;

graph! { fn f(x: [n], y: [m]) -> l { l = sum(x[..m]) + sum(y); } }

fn main() {
    let _ = f::<f64>;
}
