//! An index that is computed.

use graph_runtime::graph;

graph! { fn f(x: [3], i) -> l { l = x[i]; } }

fn main() {
    let _ = f([1.0, 2.0, 3.0], 1.0);
}
