//! A simplex has two entries at least.

use graph_runtime::graph;

graph! {
    fn f1(p: simplex[1]) -> lp { lp = p[0] ~ normal(0, 1); }
    fn f2(l: cholesky_corr[1]) -> lp { lp = l ~ lkj_cholesky(2); }
    fn f3(x: ordered[0]) -> lp { lp = sum(x ~ normal(0, 1)); }
}

fn main() {
    let _ = f1::LogDensity::new([1.0]);
    let _ = f2::LogDensity::new([[1.0]]);
    let _ = f3::LogDensity::new([]);
}
