//! An array where a function of the block takes a number.

use graph_runtime::graph;

graph! {
    fn f(x: [3]) -> l { l = g(x); }
    fn g(a) -> b { b = a^2; }
}

fn main() {
    let _ = f([1.0, 2.0, 3.0]);
}
