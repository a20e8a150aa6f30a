//! An axis that is not there.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> l { l = sum(sum(x, axis = 1)); } }

fn main() {
    let _ = f([1.0, 2.0, 3.0]);
}
