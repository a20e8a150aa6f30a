//! G30: the same where the name is the output too.

use graph_runtime::graph;

graph! { pub fn f(x, t) -> x { x = cos(t)*x; } }

fn main() {
    let _ = f(1.0, 2.0);
    let d = f::forward(1.0, 2.0).backward(1.0);
    let _: f64 = d.x;
    let _: f64 = d.t;
    let (_, d) = f::value_and_grad(1.0, 2.0);
    let _: f64 = d.x;
}
