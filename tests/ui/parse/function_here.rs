//! Functions among definitions.

use graph_runtime::graph;

graph! {
    fn f1(x) -> z { fn g(a) { a^2 } z = g(x); }
    fn f2(x) -> z { g(a) = a^2; z = g(x); }
    fn f3(x) -> z { def g(a): return a^2 }
}

fn main() {
    let _: f64 = f1(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
}
