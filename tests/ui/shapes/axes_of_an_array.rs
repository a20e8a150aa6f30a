//! Entries that have every axis already.

use graph_runtime::graph;

graph! { fn f(x: [2, 2, 2, 2]) -> l { l = sum([x, x]); } }

fn main() {
    let _ = f::<f64>;
}
