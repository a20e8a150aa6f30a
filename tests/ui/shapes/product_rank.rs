//! A product of ranks that have none.

use graph_runtime::graph;

graph! { fn f(x: [2], w: [2, 2, 2]) -> l { l = sum(x @ w); } }

fn main() {

}
