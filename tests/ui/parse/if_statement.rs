//! `if` as a statement, with and without braces.

use graph_runtime::graph;

graph! {
    fn f1(x) -> z { if x > 0 { z = x; } else { z = 0; } }
    fn f2(x) -> z { z = if x > 0: x else: 0; }
    fn f3(x) -> z { z = if (x > 0) x else 0; }
    fn f4(x) -> z { z = if x > 0 { x } elif x < -1 { 1 } else { 0 }; }
}

fn main() {
    let _: f64 = f1(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
    let _: f64 = f4(1.0);
}
