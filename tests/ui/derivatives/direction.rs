//! A direction of another shape than what moves.

use graph_runtime::graph;

graph! { fn f(x: [3], v: [2]) -> d { d = jvp(sum(x^2), x, v); } }

fn main() {
    let _ = f([1.0, 2.0, 3.0], [1.0, 2.0]);
}
