//! A right side with rows of its own number.

use graph_runtime::graph;

graph! { fn f(a: [3, 3], b: [2]) -> l { l = sum(solve(a, b)); } }

fn main() {

}
