//! A diagonal of what is not square.

use graph_runtime::graph;

graph! { fn f(x: [n, 3]) -> l { l = sum(diag(x)); } }

fn main() {

}
