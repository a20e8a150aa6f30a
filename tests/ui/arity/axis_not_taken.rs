//! An axis where none is taken.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> z { z = sum(exp(x, axis = 0)); } }

fn main() {
    let _ = f([1.0, 2.0, 3.0]);
}
