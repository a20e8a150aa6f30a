//! Several names at once: of what is no call, of a function with other outputs, and as other languages write them.

use graph_runtime::graph;

graph! {
    fn f1(x) -> z { (a, b) = x + 1; z = a*b; }
    fn f2(x) -> z { a, b = g(x); z = a*b; }
    fn f3(x) -> z { let [a, b] = g(x); z = a*b; }
    fn f4(x) -> z { (a, b, c) = g(x); z = a*b*c; }
    fn f5(x) -> z { z = g(x); }
    fn g(x) -> (a, b) { a = x^2; b = x^3; }
}

fn main() {
    let _: f64 = f1(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
    let _: f64 = f4(1.0);
    let _: f64 = f5(1.0);
}
