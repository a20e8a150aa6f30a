//! An inline graph without a name of the surroundings.

use graph_runtime::graph;

fn main() {
    let g = graph! { z = 1 + 1 };
    let _ = g.z;
}
