//! Definitions and functions in one block.

use graph_runtime::graph;

fn main() {
    let x = 1.0;
    let _ = graph! { y = x^2; fn g(a) -> b { b = a; } };
}
