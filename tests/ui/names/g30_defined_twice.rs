//! G30: a definition takes the name of an earlier one.

use graph_runtime::graph;

graph! { pub fn f(x) -> y { u = 2*x; u = u*u; y = u + 1; } }

fn main() {
    let _ = f(1.0);
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let (_, d) = f::value_and_grad(1.0);
    let _: f64 = d.x;
}
