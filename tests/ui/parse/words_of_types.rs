//! Words of types and variables in front of definitions and declarations.

use graph_runtime::graph;

graph! {
    fn f1(x) -> z { real a = x; z = a; }
    fn f2(x) -> z { vector[3] a = [x, x, x]; z = a[0]; }
    fn f3(x) -> z { let a: f64 = x; z = a; }
    fn f4(x) -> z { real a; a = x; z = a; }
}

fn main() {
    let _: f64 = f1(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
    let _: f64 = f4(1.0);
}
