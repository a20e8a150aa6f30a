//! A product by letters.

use graph_runtime::graph;

graph! { fn f(a: [n, m], b: [m, k]) -> c: [n, k] { c = einsum("ij,jk->ik", a, b); } }

fn main() {
    let _ = f::<f64>;
}
