//! Data have no domain, nor have structs.

use graph_runtime::graph;

graph! {
    struct Pair { a, b }
    fn f1(mu, const sigma > 0) -> lp { lp = mu ~ normal(0, sigma); }
    fn f2(p: Pair > 0) -> lp { lp = p.a ~ normal(p.b, 1); }
    fn f3(x, const p: simplex[3]) -> lp { lp = x ~ normal(sum(p), 1); }
}

fn main() {
    let _ = f1::LogDensity::new(1.0, 2.0);
    let _ = f2::LogDensity::new(Pair { a: 1.0, b: 2.0 });
    let _ = f3::LogDensity::new(1.0, [0.2, 0.3, 0.5]);
}
