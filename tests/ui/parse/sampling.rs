//! What Stan writes for densities.

use graph_runtime::graph;

graph! {
    fn f1(x) -> z { z = x; x ~ normal(0, 1); }
    fn f2(x) -> z { target += x^2; z = x; }
    fn f3(x) -> z { z = normal_lpdf(x | 0, 1); }
    fn f4(x) -> z { z = normal_lpdf(x, 0, 1); }
}

fn main() {
    let _: f64 = f1(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
    let _: f64 = f4(1.0);
}
