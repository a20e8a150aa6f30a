//! An axis that stays, and is not named.

use graph_runtime::graph;

graph! { fn f(x: [n, 3]) -> y: [n, 3] { y = x - mean(x, keep); } }

fn main() {
    let _ = f::<f64>;
}
