//! A count that is another number than the entries it counts.

use graph_runtime::graph;

graph! {
    fn f(x: [n]) -> y { y = mean(x, 3); }
    fn mean(x: [m], m: count) -> y { y = sum(x)/m; }
}

fn main() {
    let _ = f::<f64>;
}
