//! An inline graph declares an input and defines nothing.

use graph_runtime::graph;

fn main() {
    let x = [1.0, 2.0, 3.0];
    let _ = graph! { x: [3]; };
}
