//! A slice against the whole.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> y { y = x[1..] - x; } }

fn main() {
    let _ = f::<f64>;
}
