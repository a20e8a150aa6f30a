//! The same where the extents have names.

use graph_runtime::graph;

graph! { fn f(x: [n, d], w1: [m, h]) -> l { l = sum(x @ w1); } }

fn main() {

}
