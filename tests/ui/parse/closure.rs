//! A closure.

use graph_runtime::graph;

graph! { fn f(x) -> z { g = |a, b| a*b; z = x; } }

fn main() {
    let _: f64 = f::value_and_grad(1.0).1.x;
}
