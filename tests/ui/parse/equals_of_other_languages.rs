//! Definitions with other signs, and the wrong way round.

use graph_runtime::graph;

graph! {
    fn f1(x) -> z { z <- x; }
    fn f2(x) -> z { z => x; }
    fn f3(x) -> z { x = z; }
    fn f4(x) -> z { a = x, z = a; }
}

fn main() {
    let _: f64 = f1(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
    let _: f64 = f4(1.0);
}
