//! A definition that has just been begun.

use graph_runtime::graph;

fn main() {
    let x = 1.0;
    let _ = graph! { z = x + };
}
