//! More indices than axes, and an index into a number.

use graph_runtime::graph;

graph! { fn f(x: [3], y) -> l { l = x[0, 1] + y[0]; } }

fn main() {
    let _ = f([1.0, 2.0, 3.0], 1.0);
}
