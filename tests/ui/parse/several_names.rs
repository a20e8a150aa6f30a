//! Several names at once, as other languages take tuples apart.

use graph_runtime::graph;

graph! {
    fn f1(x) -> z { (a, b) = g(x); z = a*b; }
    fn f2(x) -> z { a, b = g(x); z = a*b; }
    fn f3(x) -> z { let [a, b] = g(x); z = a*b; }
}

fn main() {
    let _: f64 = f1(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
}
