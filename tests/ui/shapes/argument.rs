//! An argument of another shape than the input of a function in this block.

use graph_runtime::graph;

graph! {
    fn g(a: [2]) -> z { z = sum(a); }
    fn f(x: [3], y) -> l { l = g(x) + g(y); }
}

fn main() {
    let _: f64 = f([1.0; 3], 1.0);
}
