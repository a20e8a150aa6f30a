//! Matrices whose columns differ in number.

use graph_runtime::graph;

graph! { fn f(x: [3, 4], y: [3, 5]) -> l { l = sum(x + y); } }

fn main() {
    let _ = f::<f64>;
}
