//! What is carried keeps its shape, and a `scan` has as many steps in every turn around it.

use graph_runtime::graph;
use ndarray::array;

graph! {
    fn f1(x: [n], s) -> z { z = sum(fold(a = [s, 0], k in 0..n, [a[0], a[1], x[k]])); }
    fn f2(w: [n, 2], s) -> z { z = sum(fold(a = w, k in 0..n, s*w[k])); }
    fn f3(w: [n, 2], s) -> z { z = sum(fold(a = [s, 0, 0], k in 0..n, a + w[k])); }
    fn f4(x: [n], s) -> z { z = sum(i in 0..n, sum(scan(a = s, k in 0..i, a*x[k]))); }
    fn f5(x: [n], s) -> z { z = fold(a = s > 0, k in 0..n, a > x[k]); }
    fn f6(x: [n], s) -> z { z = fold(a = s, k in 0..n, a > x[k]); }
    fn f7(x: [n], s) -> z { z = fold(a = s, k in 0..n, a + a[k] + x[k]); }
}

fn main() {
    let x = array![1.0, 2.0];
    let w = array![[1.0, 2.0], [3.0, 4.0]];
    let _ = f1(&x, 1.0);
    let _ = f2(&w, 1.0);
    let _ = f3(&w, 1.0);
    let _ = f4(&x, 1.0);
    let _ = f5(&x, 1.0);
    let _ = f6(&x, 1.0);
    let _ = f7(&x, 1.0);
}
