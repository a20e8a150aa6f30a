//! An input with more axes than arrays have.

use graph_runtime::graph;

graph! { fn f(x: [2, 2, 1, 1, 1, 2, 2]) -> l { l = sum(x); } }

fn main() {
    let _ = f::<f64>;
}
