//! An input is named twice.

use graph_runtime::graph;

graph! { fn f(x, x) -> z { z = x^2; } }

fn main() {

}
