//! A declared shape that the value does not have, and one of a dimension that is nowhere.

use graph_runtime::graph;

graph! {
    fn f(x: [3]) -> z { y: [2] = 2*x; z = sum(y); }
    fn h(x: [3]) -> z { y: [2] = sum(x); z = sum(y); }
    fn g(x: [3]) -> z { y: [n] = other::op(x); z = sum(y); }
}

fn main() {
    let d = f::forward([1.0, 2.0, 3.0]).backward(1.0);
    let _: [f64; 3] = d.x;
}
