//! Matrices whose extents have different names along one axis.

use graph_runtime::graph;

graph! { fn f(x: [n, k], y: [m, k]) -> l { l = sum(x + y); } }

fn main() {}
