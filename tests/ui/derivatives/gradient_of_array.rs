//! A gradient is of a number.

use graph_runtime::graph;

graph! {
    fn f(x: [3]) -> g: [3] { g = grad(x^2, x); }
    fn h(x: [3]) -> g: [3, 3] { g = hessian(x^2, x); }
}

fn main() {
    let _ = f([1.0, 2.0, 3.0]);
    let _ = h([1.0, 2.0, 3.0]);
}
