//! The condition does not fit the branches.

use graph_runtime::graph;

graph! { fn f(x: [2], y: [3]) -> l { l = sum(if x > 0 { y } else { 2*y }); } }

fn main() {

}
