//! A count that is computed.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> y: count { y = sum(x); } }

fn main() {
    let _ = f::<f64>;
}
