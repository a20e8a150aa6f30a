//! G69: a definition needs itself, and no earlier name gives it a value.

use graph_runtime::graph;

graph! { pub fn f(x) -> z { a = a + x; z = a; } }

fn main() {
    let _ = f(1.0);
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let (_, d) = f::value_and_grad(1.0);
    let _: f64 = d.x;
}
