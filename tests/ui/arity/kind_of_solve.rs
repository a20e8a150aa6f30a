//! A kind of matrix behind the arguments.

use graph_runtime::graph;

graph! { fn f(a: [3, 3], b: [3]) -> l { l = sum(solve(a, b, lower)); } }

fn main() {

}
