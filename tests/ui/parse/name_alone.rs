//! A name and nothing else.

use graph_runtime::graph;

fn main() {
    let x = 1.0;
    let _ = graph! { x };
}
