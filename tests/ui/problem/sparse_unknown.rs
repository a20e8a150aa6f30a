//! What is solved for depends on all at once, so no pattern is known.

use graph_runtime::graph;

graph! { #[graph(sparse)] fn f(a: [n, n], b: [n]) -> y: [n] { y = solve(a, b); } }

fn main() {
    let a = ndarray::array![[1.0]];
    let _ = f(&a, &ndarray::array![1.0]);
}
