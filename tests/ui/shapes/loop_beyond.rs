//! A loop that runs beyond the extent.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> l { l = sum(i in 0..n, x[i + 1]); } }

fn main() {

}
