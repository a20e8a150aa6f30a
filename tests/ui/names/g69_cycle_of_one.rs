//! G69: a definition needs itself, and no earlier name gives it a value.

use graph_runtime::graph;

graph! { pub fn f(x) -> z { a = a + x; z = a; } }

fn main() {}
