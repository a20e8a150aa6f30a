//! `~` binds loosest of all: what is joined to a density would be swallowed.

use graph_runtime::graph;

graph! {
    fn f1(mu, const y) -> lp { lp = y ~ normal(mu, 1) + 2; }
    fn f2(mu, sigma > 0) -> lp { lp = mu ~ normal(0, 1) + sigma ~ exponential(1); }
    fn f3(mu, const y: [n]) -> lp { lp = sum(y ~ normal(mu, 1) - mu^2); }
}

fn main() {
    let _ = f1::LogDensity::new(1.0, 2.0);
    let _ = f2::LogDensity::new(1.0, 2.0);
}
