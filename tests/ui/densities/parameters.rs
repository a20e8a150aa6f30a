//! Densities have as many parameters as they have.

use graph_runtime::graph;

graph! {
    fn f1(x) -> lp { lp = x ~ normal(0); }
    fn f2(x) -> lp { lp = x ~ exponential(1, 2); }
    fn f3(x) -> lp { lp = x ~ own(1, 2); }
    fn own(x, scale) -> l { l = -abs(x)/scale; }
}

fn main() {
    let _ = f1::LogDensity::new(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
}
