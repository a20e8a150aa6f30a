//! Ranges of other languages, whole and counted from the end.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = sum(v[:-1]); }
    fn f2(x, v: [3]) -> z { z = sum(v[..., 0]); }
    fn f3(x, v: [3]) -> z { z = sum(v[1:end]); }
    fn f4(x, v: [3]) -> z { z = sum(v[v > 0]); }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
    let _: f64 = f3(1.0, [1.0; 3]);
    let _: f64 = f4(1.0, [1.0; 3]);
}
