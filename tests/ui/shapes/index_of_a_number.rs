//! Arrays that are not declared as such.

use graph_runtime::graph;

graph! { fn f(x) -> y { y = x[0, 1]; } }

fn main() {
    let x = [1.0, 2.0];
    let g = graph! { y = x[0]; };
    let _ = (f::<f64>, g);
}
