//! G44: a column and a vector would broadcast to a matrix by accident; the error names both shapes.

use graph_runtime::graph;

graph! { pub fn f(p: [4, 1], t: [4]) -> loss { loss = sum((p - t)^2); } }

fn main() {}
