//! A determinant of what is not square.

use graph_runtime::graph;

graph! { fn f(x: [2, 3]) -> l { l = det(x); } }

fn main() {

}
