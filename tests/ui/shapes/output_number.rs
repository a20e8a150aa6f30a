//! A number declared as an array.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> y: [1] { y = sum(x); } }

fn main() {
    let _ = f::<f64>;
}
