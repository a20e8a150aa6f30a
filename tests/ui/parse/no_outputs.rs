//! Outputs that are none.

use graph_runtime::graph;

graph! { fn f(x) -> () { y = x; } }

fn main() {}
