//! The index of a loop does not move.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> g { g = sum(i in 0..n, grad(x[i]*i, i)); } }

fn main() {
    let _ = f(&ndarray::array![1.0]);
}
