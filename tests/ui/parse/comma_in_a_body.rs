//! A comma behind a local name, as between the parts of a loop.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> y { y = sum(i in 0..n, a = x[i], a^2); } }

fn main() {
    let _ = f::<f64>;
}
