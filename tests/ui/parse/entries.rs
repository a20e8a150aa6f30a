//! Arrays as other languages write them.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = sum([1, x; 3, 4]); }
    fn f2(x, v: [3]) -> z { z = sum([1 2 3]); }
    fn f3(x, v: [3]) -> z { z = sum((x, 1)); }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
    let _: f64 = f3(1.0, [1.0; 3]);
}
