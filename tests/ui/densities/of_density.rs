//! The density of a density, which nobody means.

use graph_runtime::graph;

graph! {
    fn f(x, y) -> lp { lp = (x ~ normal(0, 1)) + y ~ normal(x, 1); }
}

fn main() {
    let _ = f::LogDensity::new(1.0, 2.0);
}
