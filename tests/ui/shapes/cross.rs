//! A cross product outside of three dimensions.

use graph_runtime::graph;

graph! { fn f(x: [2], y: [3]) -> l { l = sum(cross(x, y)); } }

fn main() {

}
