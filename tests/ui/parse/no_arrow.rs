//! A function without an output.

use graph_runtime::graph;

graph! { fn f(x) { z = x^2; } }

fn main() {

}
