//! Numbers and powers as other languages, or mathematics, write them.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = .5*x; }
    fn f2(x, v: [3]) -> z { z = sin^2(x); }
    fn f3(x, v: [3]) -> z { z = x!; }
    fn f4(x, v: [3]) -> z { z = f64(x); }
    fn f5(x, v: [3]) -> z { z = mod(x, 2); }
    fn f6(x, v: [3]) -> z { z = x mod 2; }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
    let _: f64 = f3(1.0, [1.0; 3]);
    let _: f64 = f4(1.0, [1.0; 3]);
    let _: f64 = f5(1.0, [1.0; 3]);
    let _: f64 = f6(1.0, [1.0; 3]);
}
