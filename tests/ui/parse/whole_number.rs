//! A count as Rust writes it.

use graph_runtime::graph;

graph! { fn f(x, steps: usize) -> y { y = sum(k in 0..steps, x^k); } }

fn main() {
    let _ = f::<f64>;
}
