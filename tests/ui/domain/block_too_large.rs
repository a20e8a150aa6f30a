//! Loops that would be written out without end.

use graph_runtime::graph;

graph! { fn f(x) -> z { z = sum(i in 0..4096, sum(j in 0..4096, x^i + j)); } }

fn main() {
    let _ = f(1.0);
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let (_, d) = f::value_and_grad(1.0);
    let _: f64 = d.x;
}
