//! A chain of comparisons.

use graph_runtime::graph;

graph! { fn f(a, b, c) -> z { z = if a < b < c { a } else { c }; } }

fn main() {
    let _ = f(1.0, 2.0, 3.0);
    let d = f::forward(1.0, 2.0, 3.0).backward(1.0);
    let _: f64 = d.a;
    let _: f64 = d.b;
    let _: f64 = d.c;
    let (_, d) = f::value_and_grad(1.0, 2.0, 3.0);
    let _: f64 = d.a;
}
