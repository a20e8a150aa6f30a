//! A function without a definition.

use graph_runtime::graph;

graph! { fn f(x) -> z { } }

fn main() {

}
