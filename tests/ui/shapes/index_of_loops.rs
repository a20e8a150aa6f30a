//! Indices that are no index of one loop, shifted.

use graph_runtime::graph;

graph! {
    fn f(x: [n], w: [m]) -> y { y = sum(i in 0..n, k in 0..m, w[k]*x[i + k]); }
    fn g(x: [n]) -> y { y = sum(i in 0..n, x[2*i]); }
}

fn main() {
    let _ = f::<f64>;
    let _ = g::<f64>;
}
