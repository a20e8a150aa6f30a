//! An axis of a number.

use graph_runtime::graph;

graph! { fn f(x) -> z { z = sum(x, axis = 0); } }

fn main() {
    let _: f64 = f(1.0);
}
