//! A graph of another block is known by its first derivatives.

use graph_runtime::graph;

graph! { fn g(x, y) -> z { z = x*y; } }
graph! { fn f(x, y) -> d { d = grad(g(x, y)^2, x); } }

fn main() {
    let _ = f(1.0, 2.0);
}
