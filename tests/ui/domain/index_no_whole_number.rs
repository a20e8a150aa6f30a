//! Indices that are no whole numbers, or too large.

use graph_runtime::graph;

graph! { fn f(x) -> z { v = [x, x]; z = v[0.5] + v[1e12] + v[18446744073709551615]; } }

fn main() {
    let _ = f(1.0);
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let (_, d) = f::value_and_grad(1.0);
    let _: f64 = d.x;
}
