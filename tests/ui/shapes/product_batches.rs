//! A product of batches that differ.

use graph_runtime::graph;

graph! { fn f(x: [2, 2, 2], w: [3, 2, 2]) -> l { l = sum(x @ w); } }

fn main() {

}
