//! G30: the same where the name is the output too.

use graph_runtime::graph;

graph! { pub fn f(x, t) -> x { x = cos(t)*x; } }

fn main() {}
