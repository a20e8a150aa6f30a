//! A product of arrays with a number.

use graph_runtime::graph;

graph! { fn f(x: [3], y) -> l { l = sum(x @ y); } }

fn main() {
    let _ = f([1.0, 2.0, 3.0], 1.0);
}
