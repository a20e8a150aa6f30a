//! The axes of the value and of what moves are more than an array has.

use graph_runtime::graph;

graph! { fn f(a: [2, 2, 2, 2]) -> j: [2, 2, 2, 2] { j = jacobian(a^2, a); } }

fn main() {
    let _ = f([[[[1.0; 2]; 2]; 2]; 2]);
}
