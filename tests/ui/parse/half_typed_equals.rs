//! A definition that has only its name.

use graph_runtime::graph;

fn main() {
    let _ = graph! { z = };
}
