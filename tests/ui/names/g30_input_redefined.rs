//! G30: a definition takes the name of an input; the error is at the second one.

use graph_runtime::graph;

graph! { pub fn f(x) -> y { x = 2*x; y = x*x; } }

fn main() {}
