//! A name of the graph within braces, however deep: Rust would take it, and its gradient would be lost.

use graph_runtime::graph;

fn helper(x: f64) -> f64 {
    2.0 * x
}

graph! {
    fn f1(x) -> z { z = x*{ helper(x) }; }
    fn f2(x) -> z { y = x^2; z = x*{ (y + 1.0) }; }
}

fn main() {
    let (x, c) = (3.0, 2.0);
    let g = graph! { z = x*{ x + 1.0 } };
    let g = graph! { z = { helper(x) }*x };
    let g = graph! { const c; z = x*{ c + 1.0 } };
    let g = graph! { z = x*{ let x = 2.0; x } };
}
