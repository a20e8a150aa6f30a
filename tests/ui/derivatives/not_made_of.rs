//! A derivative by something that the value is not made of is 0: rustc's own warning.
#![deny(unused_variables)]

use graph_runtime::graph;

graph! { fn f(x, y) -> d { e = y^2; d = grad(e, x) + e; } }

fn main() {
    let _ = f(1.0, 2.0);
}
