//! A batch of graphs with a count.

use graph_runtime::graph;

graph! {
    #[graph(batch)]
    fn f(x, steps: count) -> y { y = sum(k in 0..steps, x^k); }
}

fn main() {
    let _ = f::<f64>;
}
