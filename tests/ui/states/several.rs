//! Loops that carry several values: one for each of the names, at first and next, and on the left.

use graph_runtime::graph;
use ndarray::array;

graph! {
    fn f1(x: [n], s) -> z { z = fold((a, b) = (s, s), k in 0..n, (a + x[k], b*a)); }
    fn f2(x: [n], s) -> z { (p, q, r) = fold((a, b) = (s, s), k in 0..n, (a + x[k], b*a)); z = p + q + r; }
    fn f3(x: [n], s) -> z { (p, q) = fold((a, b) = s, k in 0..n, (a + x[k], b*a)); z = p + q; }
    fn f4(x: [n], s) -> z { (p, q) = scan((a, b) = (s, s), k in 0..n, a + x[k]*b); z = sum(p*q); }
    fn f5(x: [n], s) -> z { (p, q) = fold((a, b) = (s, 0, 0), k in 0..n, c = a + x[k]; (c, b)); z = p + q; }
    fn f6(x: [n], s) -> z { z = fold(a = s, k in 0..n, (a, x[k])); }
    fn f7(x: [n], s) -> z { z = fold(a = s, k in 0..n, if a > 0 { (a, 1) } else { 0 }); }
    fn f8(x: [n], s) -> z { (p, q) = fold((a, b) = (s, s), k in 0..n, a + x[k], b); z = p + q; }
    fn f9(x: [n], s) -> z { (p, q) = fold((a, a) = (s, s), k in 0..n, (a + x[k], a)); z = p + q; }
    fn f10(x: [n], s) -> z { (p, q) = fold((a, b) = (s, s), k in 0..n, step(a, b, x[k])); z = p + q; }
    fn f11(x: [n], s) -> z { (p, q) = fold((a, b) = (s, s), k in 0..n, if a > b { (a + x[k], b) } else { a }); z = p + q; }
    fn step(a, b, x) -> (c, d, e) { c = a*x; d = b + x; e = a + b; }
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
