//! G58: a remainder is not offered; the error is at the operator.

use graph_runtime::graph;

graph! { pub fn f(x, y) -> z { z = x % y; } }

fn main() {}
