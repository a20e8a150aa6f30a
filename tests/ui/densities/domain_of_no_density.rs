//! A domain in a function that gives something else than a number.

use graph_runtime::graph;

graph! {
    fn f1(sigma > 0, x: [3]) -> y: [3] { y = sigma*x; }
    fn f2(p: simplex[3]) -> q: [3] { q = 2*p; }
}

fn main() {
    let _ = f1(1.0, [1.0, 2.0, 3.0]);
    let _ = f2::LogDensity::new([0.2, 0.3, 0.5]);
}
