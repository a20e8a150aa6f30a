//! A definition says its type, as in Rust.

use graph_runtime::graph;

graph! { fn f(x) -> z { z: f64 = x^2; } }

fn main() {
    let _: f64 = f(1.0);
}
