//! G44: the same where the length has a name.

use graph_runtime::graph;

graph! { pub fn f(p: [n, 1], t: [n]) -> loss { loss = sum((p - t)^2); } }

fn main() {}
