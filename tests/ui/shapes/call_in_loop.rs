//! A graph of arrays made elsewhere, called in a loop.

use graph_runtime::graph;

mod other {
    graph_runtime::graph! { pub fn length(x: [m]) -> y { y = norm(x); } }
}

graph! { fn f(x: [n, m]) -> v { v = sum(i in 0..n, other::length(x[i])) + other::length(x[0]); } }

fn main() {
    let _ = f::<f64>;
}
