//! The output has a dimension that no input has.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> y: [m] { y = 2*x; } }

fn main() {

}
