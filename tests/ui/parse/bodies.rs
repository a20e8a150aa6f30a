//! Local names as other languages write them.

use graph_runtime::graph;

graph! {
    fn f1(x: [n]) -> z { z = sum(i in 0..n, { d = x[i]; d^2 }); }
    fn f2(x: [n]) -> z { z = sum(i in 0..n, let d = x[i]; d^2); }
    fn f3(x) -> z { z = if x > 0 { let s = sqrt(x); s + 1/s } else { 0 }; }
    fn f4(x) -> z { (a: [3], b) = g(x); z = a*b; }
    fn f5(x) -> z { (_, _) = g(x); z = x; }
    fn f6(x: [n]) -> z { z = sum(i in 0..n, d: f64 = x[i]; d^2); }
    fn g(x) -> (a, b) { a = x^2; b = x^3; }
}

fn main() {
    let _ = (f1::<f64>, f2::<f64>);
    let _: [f64; 3] = [f3(1.0), f4(1.0), f5(1.0)];
}
