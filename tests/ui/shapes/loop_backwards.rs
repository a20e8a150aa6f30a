//! Loops whose bounds run backwards. One without any turn is none of them, nor are those of a triangle.

use graph_runtime::graph;

graph! {
    fn f(x) -> z { z = sum(k in 3..1, x^k); }
    fn g(x) -> z { z = fold(a = x, k in 2..=0, a*k); }
    fn h(x) -> z { z = x + sum(k in 3..3, x) + sum(k in 0..3, sum(j in k + 2..3, x)); }
}

fn main() {
    let _: f64 = f(1.0) + g(1.0) + h(1.0);
}
