//! An argument has a name that none has, here or elsewhere.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> z { z = sum(x, along = 0); } }

fn main() {
    let _: f64 = f([1.0; 3]);
}
