//! The inner extents of a product differ.

use graph_runtime::graph;

graph! { fn f(x: [2, 3], w1: [4, 2]) -> l { h = x @ w1; l = sum(h); } }

fn main() {
    let (x, w1) = ([[1.0; 3]; 2], [[1.0; 2]; 4]);
    let _ = f(x, w1);
    let d = f::forward(x, w1).backward(1.0);
    let _: [[f64; 3]; 2] = d.x;
}
