//! The type of Rust in the place of the output.

use graph_runtime::graph;

graph! { fn f(x) -> f64 { z = x^2; } }

fn main() {

}
