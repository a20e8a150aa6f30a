//! A named argument that does not exist.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> z { z = sum(x, axes = 0); } }

fn main() {
    let _ = f([1.0, 2.0, 3.0]);
}
