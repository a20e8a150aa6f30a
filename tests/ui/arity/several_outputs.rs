//! A function of several outputs inside of an expression.

use graph_runtime::graph;

graph! {
    fn f(x) -> z { z = g(x) + 1; }
    fn g(a) -> (b, c) { b = a^2; c = a^3; }
}

fn main() {
    let _ = f(1.0);
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let (_, d) = f::value_and_grad(1.0);
    let _: f64 = d.x;
}
