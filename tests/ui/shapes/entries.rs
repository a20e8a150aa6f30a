//! The entries of an array differ in shape.

use graph_runtime::graph;

graph! { fn f(x: [3], y) -> l { l = sum([x, y]); } }

fn main() {
    let _ = f([1.0, 2.0, 3.0], 1.0);
}
