//! Two values in the place of one.

use graph_runtime::graph;

graph! { fn f(a: [3, 3]) -> l { l = sum(eigh(a)); } }

fn main() {

}
