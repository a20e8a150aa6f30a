//! One-hot rows of another shape.

use graph_runtime::graph;

graph! { fn f(x: [n, 3], const t: [n, 2]) -> l { l = softmax_cross_entropy(x, t); } }

fn main() {

}
