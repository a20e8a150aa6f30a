//! G51: the error is at the one misspelt name, and names it.

use graph_runtime::graph;

graph! { pub fn f(x, weight) -> y { y = x + wieght*2 + weight; } }

fn main() {}
