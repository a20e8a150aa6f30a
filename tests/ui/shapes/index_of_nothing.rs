//! An entry of an empty range.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> z { z = x[1..1][0]; } }

fn main() {
    let _: f64 = f([1.0; 3]);
}
