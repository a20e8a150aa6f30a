//! Properties and methods of other languages.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = sum(v)/v.shape[0]; }
    fn f2(x, v: [3]) -> z { z = x.pow(2); }
    fn f3(x, v: [3]) -> z { z = sum(v.t()); }
    fn f4(x, v: [3]) -> z { z = x.log(); }
    fn f5(x, v: [3]) -> z { z = v.sum().sqrt(); }
    fn f6(x, v: [3]) -> z { z = x.clone(); }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
    let _: f64 = f3(1.0, [1.0; 3]);
    let _: f64 = f4(1.0, [1.0; 3]);
    let _: f64 = f5(1.0, [1.0; 3]);
    let _: f64 = f6(1.0, [1.0; 3]);
}
