//! A loop that would be written out too often.

use graph_runtime::graph;

graph! { fn f(x) -> z { z = sum(i in 0..10000, i*x); } }

fn main() {
    let _ = f(1.0);
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let (_, d) = f::value_and_grad(1.0);
    let _: f64 = d.x;
}
