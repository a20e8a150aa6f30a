//! A range beyond the extent.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> l { l = sum(x[1..5]); } }

fn main() {
    let _ = f([1.0, 2.0, 3.0]);
}
