//! An expression without a name for it.

use graph_runtime::graph;

fn main() {
    let x = 1.0;
    let _ = graph! { x^2 + 1 };
}
