//! An array as other languages make one, joined to another.

use graph_runtime::graph;

graph! { fn f(x: [n, 3]) -> y: [n, 4] { y = concat(ones(n, 1), x, axis = 1); } }

fn main() {
    let _ = f::<f64>;
}
