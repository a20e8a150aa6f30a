//! Names of a loop are known in its body only, which ends with a value.

use graph_runtime::graph;
use ndarray::array;

graph! {
    fn f1(x: [n], s) -> z { z = fold(a = s, k in 0..n, a + x[k]) + a + a; }
    fn f2(x: [n], s) -> z { z = fold(a = s, k in 0..n, a + x[k]) + k; }
    fn f3(x: [n], s) -> z { y = fold(a = s, k in 0..n, d = x[k]^2; a + d); z = y + d; }
    fn f4(x: [n], s) -> z { z = fold(a = s, k in 0..n, a = a + x[k]); }
    fn f5(x: [n], s) -> z { z = fold(a = s, k in 0..n, b + x[k]); }
    fn f6(x: [n], s) -> z { z = fold(a = s, k in 0..n); }
    fn f7(x: [n], s) -> z { a = s; for k in 0..n { a = a + x[k]; } z = a; }
}

fn main() {
    let x = array![1.0, 2.0];
    let _ = f1(&x, 1.0);
    let _ = f2(&x, 1.0);
    let _ = f3(&x, 1.0);
    let _ = f4(&x, 1.0);
    let _ = f5(&x, 1.0);
    let _ = f6(&x, 1.0);
    let _ = f7(&x, 1.0);
}
