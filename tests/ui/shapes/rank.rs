//! An operation on an array of the wrong rank.

use graph_runtime::graph;

graph! { fn f(x: [2, 2], y: [2]) -> l { l = dot(x, y); } }

fn main() {
    let _ = f([[1.0; 2]; 2], [1.0; 2]);
}
