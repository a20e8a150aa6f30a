//! Three operands of which two do not fit.

use graph_runtime::graph;

graph! { fn f(x: [n, 3], lo: [2]) -> y { y = clamp(x, lo, 1); } }

fn main() {
    let _ = f::<f64>;
}
