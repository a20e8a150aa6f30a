//! Absolute values and norms between bars.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = |x - 1| + 1; }
    fn f2(x, v: [3]) -> z { z = 2*||v||; }
    fn f3(x, v: [3]) -> z { z = ln|x|; }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
    let _: f64 = f3(1.0, [1.0; 3]);
}
