//! A graph made elsewhere, called in a loop over a named dimension.

use graph_runtime::graph;

mod other {
    graph_runtime::graph! { pub fn square(x) -> y { y = x^2; } }
}

graph! { fn f(x: [n]) -> v { v = sum(i in 0..n, other::square(x[i])) + other::square(x[0]); } }

fn main() {
    let _ = f::<f64>;
}
