//! The same for the forward pass.

use graph_runtime::graph;

graph! { fn f(x) -> z { z = x^2; } }

fn main() {
    let d = f::forward(1).backward(1);
    let _ = d.x;
}
