//! An axis that is no literal.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> z { z = sum(x, axis = n); } }

fn main() {
    let _ = f([1.0, 2.0, 3.0]);
}
