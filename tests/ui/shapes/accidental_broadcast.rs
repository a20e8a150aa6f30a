//! A column and a row would make a matrix.

use graph_runtime::graph;

graph! { fn f(x: [3, 1], y: [3]) -> l { l = sum(x*y); } }

fn main() {
    let _ = f([[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0]);
}
