//! An index that has the name of the array.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> y { y = sum(x in 0..n, x[x]^2); } }

fn main() {
    let _ = f::<f64>;
}
