//! An entry of what is computed as a number.

use graph_runtime::graph;

graph! { fn f(x) -> z { y = x^2; z = y[0]; } }

fn main() {
    let _: f64 = f(1.0);
}
