//! Arguments that other languages name.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = sum(v, dim = 0); }
    fn f2(x, v: [3]) -> z { z = sum(v, axis = 0, keepdims = true); }
    fn f3(x, v: [3]) -> z { z = norm(v, ord = 1); }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
    let _: f64 = f3(1.0, [1.0; 3]);
}
