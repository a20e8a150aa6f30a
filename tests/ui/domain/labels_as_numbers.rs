//! Class labels in the maths.

use graph_runtime::graph;

graph! { fn f(x: [n, 3], const t: index[n]) -> l { l = mean(x*t) + softmax_cross_entropy(x, t); } }

fn main() {

}
