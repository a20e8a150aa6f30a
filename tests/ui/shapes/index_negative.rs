//! A negative index.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> l { l = x[-1]; } }

fn main() {
    let _ = f([1.0, 2.0, 3.0]);
}
