//! G51: the error is at the one misspelt name, and names it.

use graph_runtime::graph;

graph! { pub fn f(x, weight) -> y { y = x + wieght*2 + weight; } }

fn main() {
    let _ = f(1.0, 2.0);
    let d = f::forward(1.0, 2.0).backward(1.0);
    let _: f64 = d.x;
    let _: f64 = d.weight;
    let (_, d) = f::value_and_grad(1.0, 2.0);
    let _: f64 = d.x;
}
