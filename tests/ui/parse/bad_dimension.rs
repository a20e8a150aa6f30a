//! Dimensions that are no dimensions.

use graph_runtime::graph;

graph! { fn f(x: [2.5], y: [n * 2], z: []) -> l { l = sum(x) + sum(y) + sum(z); } }

fn main() {

}
