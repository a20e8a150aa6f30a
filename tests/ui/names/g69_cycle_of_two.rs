//! G69: two definitions need each other; the error names both.

use graph_runtime::graph;

graph! { pub fn f(x) -> z { a = b + x; b = 2*a; z = a; } }

fn main() {}
