//! Class labels have one axis.

use graph_runtime::graph;

graph! { fn f(x: [n, 3], const t: index[n, 3]) -> l { l = softmax_cross_entropy(x, t); } }

fn main() {

}
