//! An equation is made of its unknown.

use graph_runtime::graph;

graph! {
    fn f(x) -> y { y = root(e = 1, x - 2); }
    fn g(x) -> y: [2] { y = root([a, b] = [1, 2], [x, x - 2]); }
}

fn main() {
    let _ = f(1.0);
    let _ = g(1.0);
}
