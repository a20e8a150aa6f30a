//! The same for a captured name.

use graph_runtime::graph;

fn main() {
    let x = 1;
    let g = graph! { z = x^2 };
    let _ = g.z;
}
