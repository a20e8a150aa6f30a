//! The same where the extents have names.

use graph_runtime::graph;

graph! { fn f(x: [n], y: [m]) -> l { l = sum(x + y); } }

fn main() {

}
