//! A function without a body.

use graph_runtime::graph;

graph! { fn f(x) -> z; }

fn main() {

}
