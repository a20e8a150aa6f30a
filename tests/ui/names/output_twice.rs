//! An output is named twice.

use graph_runtime::graph;

graph! { fn f(x) -> (z, z) { z = x^2; } }

fn main() {

}
