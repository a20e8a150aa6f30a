//! A function whose inputs are all held constant.

use graph_runtime::graph;

graph! { fn f(const x) -> z { z = x^2; } }

fn main() {
    let _ = f(1.0);
    let _ = f::forward(1.0);
}
