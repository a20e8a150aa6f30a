//! Inputs as other languages write them: what calls the function draws no second error.

use graph_runtime::graph;

graph! {
    fn f(x[3]) -> z { z = sum(x); }
    fn g(x: &[f64]) -> z { z = sum(x); }
    fn h(real x, real y) -> z { z = x*y; }
    fn k(x y) -> z { z = h(x, y) + g(x); }
}

fn main() {
    let _ = f([1.0; 3]) + g([1.0; 3]) + h(1.0, 2.0) + k(1.0, 2.0);
    let _ = f::forward([1.0; 3]).backward(1.0).x;
}
