//! G51: the error is where the operand is missing.

use graph_runtime::graph;

graph! { pub fn f(x) -> y { y = x * ; } }

fn main() {
    let _ = f(1.0);
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let (_, d) = f::value_and_grad(1.0);
    let _: f64 = d.x;
}
