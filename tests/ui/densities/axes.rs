//! Arrays of other axes than a density takes.

use graph_runtime::graph;

graph! {
    fn f1(p: simplex[3], const y: [4]) -> lp { lp = sum(y ~ categorical(p)); }
    fn f2(x: simplex[3], a) -> lp { lp = x ~ dirichlet(a); }
    fn f3(x: [3], eta) -> lp { lp = x ~ lkj_cholesky(eta); }
}

fn main() {
    let _ = f1::LogDensity::new([0.2, 0.3, 0.5], [0.0; 4]);
    let _ = f2::LogDensity::new([0.2, 0.3, 0.5], 1.0);
    let _ = f3::LogDensity::new([0.2, 0.3, 0.5], 1.0);
}
