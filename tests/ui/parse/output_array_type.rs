//! An array type in the place of the output.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> [f64; 3] { z = x; } }

fn main() {

}
