//! An unknown is a number or a vector, with as many equations.

use graph_runtime::graph;

graph! {
    fn matrix(a: [2, 2]) -> e: [2, 2] { e = root(m = a, m^2 - a); }
    fn start(x) -> e: [2] { e = root([a, b] = x, [a - x, b - x]); }
    fn several(x) -> e: [2] { e = root([a, b] = [0, 1], a + b - x); }
    fn vector(x: [n]) -> e: [n] { e = root(y = x, sum(y)); }
}

fn main() {
    let _ = matrix([[1.0; 2]; 2]);
    let _ = start(1.0);
    let _ = several(1.0);
    let _ = vector(&ndarray::array![1.0]);
}
