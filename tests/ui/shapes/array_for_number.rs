//! Arrays that no function of numbers can be applied to together.

use graph_runtime::graph;

graph! {
    fn f(x: [3], y: [4]) -> l { l = sum(g(x, y)); }
    fn g(a, b) -> c { c = a^2*b; }
}

fn main() {
    let _ = f([1.0, 2.0, 3.0], [1.0; 4]);
}
