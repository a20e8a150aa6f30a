//! G58: a remainder is not offered; the error is at the operator.

use graph_runtime::graph;

graph! { pub fn f(x, y) -> z { z = x % y; } }

fn main() {
    let _ = f(1.0, 2.0);
    let d = f::forward(1.0, 2.0).backward(1.0);
    let _: f64 = d.x;
    let _: f64 = d.y;
    let (_, d) = f::value_and_grad(1.0, 2.0);
    let _: f64 = d.x;
}
