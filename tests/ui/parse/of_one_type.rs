//! A function of one of Rust's number types.

use graph_runtime::graph;

graph! { fn f(x) -> z { z = f64::exp(x) + f64::from(x); } }

fn main() {
    let _: f64 = f::value_and_grad(1.0).1.x;
}
