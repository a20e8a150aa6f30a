//! An array where a graph made elsewhere takes a number.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> l { l = other::g(x); } }

fn main() {

}
