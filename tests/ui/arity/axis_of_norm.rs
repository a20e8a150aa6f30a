//! The order of a norm, and an axis from the end, without a name.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = norm(v, 1); }
    fn f2(x, v: [3]) -> z { z = sum(v, -1); }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
}
