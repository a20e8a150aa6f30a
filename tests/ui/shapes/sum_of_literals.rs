//! A sum of arrays of different extents.

use graph_runtime::graph;

graph! { fn f(x: [3], y: [4]) -> l { l = sum(x + y); } }

fn main() {
    let _ = f([1.0, 2.0, 3.0], [1.0; 4]);
}
