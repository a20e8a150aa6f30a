//! Words of Rust in front of a local name, and a type behind one.

use graph_runtime::graph;

graph! {
    fn f(x: [n]) -> y { y = sum(i in 0..n, let a = x[i]; a^2); }
    fn g(x: [n]) -> y { y = sum(i in 0..n, a: f64 = x[i]; a^2); }
}

fn main() {
    let _ = f::<f64>;
    let _ = g::<f64>;
}
