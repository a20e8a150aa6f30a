//! What a loop that carries values begins with: the values, and one index.

use graph_runtime::graph;
use ndarray::array;

graph! {
    fn f1(x: [n], s) -> z { z = fold(k in 0..n, s + x[k]); }
    fn f2(x: [n], s) -> z { z = fold(x, s, |a, b| a + b); }
    fn f3(x: [n], s) -> z { z = fold(s, k in 0..n, s + x[k]); }
    fn f4(x: [n], s) -> z { z = sum(scan(x, k in 0..n, s + x[k])); }
    fn f5(x: [n], s) -> z { (p, q) = fold(a, b = (s, s), k in 0..n, (a + x[k], b)); z = p + q; }
    fn f6(x: [n], s) -> z { (p, q) = fold([a, b] = [s, s], k in 0..n, [a + x[k], b]); z = p + q; }
    fn f7(x: [n], s) -> z { z = fold(mut a = s, k in 0..n, a + x[k]); }
    fn f8(x: [n], s) -> z { z = sum(scan(a = s, a + x)); }
    fn f9(x: [n], s) -> z { z = fold(a = s, x, a + x); }
    fn f10(x: [n], s) -> z { z = sum(scan(a = s, k in 0..n, j in 0..n, a + x[k]*x[j])); }
    fn f11(x: [n], s) -> z { z = reduce(a = s, k in 0..n, a + x[k]); }
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
    let _ = f8(&x, 1.0);
    let _ = f9(&x, 1.0);
    let _ = f10(&x, 1.0);
    let _ = f11(&x, 1.0);
}
