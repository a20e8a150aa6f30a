//! A word that Rust has reserved.

use graph_runtime::graph;

graph! { fn f(x) -> z { yield = 2*x; z = x; } }

fn main() {
    let _ = f(1.0);
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let (_, d) = f::value_and_grad(1.0);
    let _: f64 = d.x;
}
