//! Closures of other languages.

use graph_runtime::graph;

graph! {
    fn f1(x) -> z { g = lambda a: a^2; z = g(x); }
    fn f2(x) -> z { g = a -> a^2; z = g(x); }
    fn f3(x) -> z { g = @(a) a^2; z = g(x); }
}

fn main() {
    let _: f64 = f1(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
}
