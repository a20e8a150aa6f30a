//! A graph of nothing.

use graph_runtime::graph;

fn main() {
    let _ = graph! {};
}
