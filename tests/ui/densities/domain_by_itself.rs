//! Bounds in a circle, of one parameter and of two.

use graph_runtime::graph;

graph! {
    fn f1(a > 2*a) -> lp { lp = a ~ normal(0, 1); }
    fn f2(c, a > b, b < a + c) -> lp { lp = (a ~ normal(0, 1)) + (b ~ normal(0, 1)) + (c ~ normal(0, 1)); }
}

fn main() {
    let _ = f1::LogDensity::new(1.0);
    let _ = f2::LogDensity::new(0.0, 2.0, 1.0);
}
