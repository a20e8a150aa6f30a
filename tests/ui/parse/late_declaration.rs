//! A declaration behind a definition.

use graph_runtime::graph;

fn main() {
    let (x, k) = (1.0, 2.0);
    let g = graph! { y = x^2; const k; z = k*y; };
    let _: f64 = g.backward(1.0).x;
}
