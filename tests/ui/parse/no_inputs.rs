//! A function without its inputs.

use graph_runtime::graph;

graph! { fn f -> z { z = 1; } }

fn main() {

}
