//! Loops over an index as other languages write them.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = sum(v[i] for i in range(3)); }
    fn f2(x, v: [3]) -> z { z = sum(i = 0..3, v[i]); }
    fn f3(x, v: [3]) -> z { z = sum(i in range(3), v[i]); }
    fn f4(x, v: [3]) -> z { z = sum(i in 0:3, v[i]); }
    fn f5(x, v: [3]) -> z { z = softmax(i in 0..3, v[i]); }
    fn f6(x, v: [3]) -> z { z = fold(a = x, i in 0..3, j in 0..3, a*v[i]*v[j]); }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
    let _: f64 = f3(1.0, [1.0; 3]);
    let _: f64 = f4(1.0, [1.0; 3]);
    let _: f64 = f5(1.0, [1.0; 3]);
    let _: f64 = f6(1.0, [1.0; 3]);
}
