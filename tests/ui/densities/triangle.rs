//! The matrix of a Cholesky factor has an extent that is written down.

use graph_runtime::graph;

graph! {
    fn f1(l: cholesky_corr[k]) -> lp { lp = l ~ lkj_cholesky(2); }
    fn f2(l: cholesky_cov[2, 2]) -> lp { lp = l[0, 0]; }
}

fn main() {
    let _ = f1::LogDensity::new([[1.0, 0.0], [0.6, 0.8]]);
    let _ = f2::LogDensity::new([[1.0, 0.0], [0.6, 0.8]]);
}
