//! A function of numbers, called with arrays that do not fit together.

use graph_runtime::graph;

graph! {
    fn g(a, b) -> z { z = a*b; }
    fn f1(x: [n, k], y: [m, k]) -> l { l = sum(g(x, y)); }
    fn f2(x: [n, 3], y: [2]) -> l { l = sum(g(x, y)); }
    fn f3(x: [n, 1], y: [n]) -> l { l = sum(g(x, y)); }
}

fn main() {}
