//! G30: a definition takes the name of an earlier one.

use graph_runtime::graph;

graph! { pub fn f(x) -> y { u = 2*x; u = u*u; y = u + 1; } }

fn main() {}
