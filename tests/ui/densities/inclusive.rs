//! Domains are open.

use graph_runtime::graph;

graph! {
    fn f1(sigma >= 0) -> lp { lp = sigma ~ exponential(1); }
    fn f2(a: [3] <= 1) -> lp { lp = sum(a ~ normal(0, 1)); }
    fn f3(p in 0..=1) -> lp { lp = p ~ beta(2, 3); }
}

fn main() {
    let _ = f1::LogDensity::new(1.0);
    let _ = f2::LogDensity::new([0.0; 3]);
    let _ = f3::LogDensity::new(0.5);
}
