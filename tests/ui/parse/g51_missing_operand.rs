//! G51: the error is where the operand is missing.

use graph_runtime::graph;

graph! { pub fn f(x) -> y { y = x * ; } }

fn main() {}
