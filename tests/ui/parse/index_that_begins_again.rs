//! A ring, by the remainder of its index.

use graph_runtime::graph;

graph! { fn f(u: [n]) -> v: [n] { v = each(i in 0..n, u[(i + 1) % n]); } }

fn main() {
    let _ = f::<f64>;
}
