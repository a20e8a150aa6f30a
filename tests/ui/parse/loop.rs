//! Loops with parts missing.

use graph_runtime::graph;

graph! { fn f(x) -> z { a = sum(i of 0..3, x); b = sum(i in 3, x); c = fold(i in 0..3, x); z = a + b + c; } }

fn main() {
    let _ = f(1.0);
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let (_, d) = f::value_and_grad(1.0);
    let _: f64 = d.x;
}
