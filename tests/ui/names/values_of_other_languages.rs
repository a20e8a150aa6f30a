//! Values that other languages know by name.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = e^x; }
    fn f2(x, v: [3]) -> z { z = x + inf; }
    fn f3(x, v: [3]) -> z { z = if x == nan { 1 } else { x }; }
    fn f4(x, v: [3]) -> z { z = x + eps; }
    fn f5(x, v: [3]) -> z { z = True; }
    fn f6(x, v: [3]) -> z { z = v[end]; }
    fn f7(x, v: [3]) -> z { z = v[None]; }
    fn f8(x, v: [3]) -> z { z = π*x; }
    fn f9(x, v: [3]) -> z { z = x·x; }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
    let _: f64 = f3(1.0, [1.0; 3]);
    let _: f64 = f4(1.0, [1.0; 3]);
    let _: f64 = f5(1.0, [1.0; 3]);
    let _: f64 = f6(1.0, [1.0; 3]);
    let _: f64 = f7(1.0, [1.0; 3]);
    let _: f64 = f8(1.0, [1.0; 3]);
    let _: f64 = f9(1.0, [1.0; 3]);
}
