//! A parameter that is a constant outside of its domain.

use graph_runtime::graph;

graph! {
    fn f1(x) -> lp { lp = x ~ normal(0, -1); }
    fn f2(x: [3]) -> lp { lp = sum(x ~ student_t(0, 0, 1)); }
    fn f3(k: index[n], t) -> lp { lp = t + sum(k ~ bernoulli(1.5)); }
}

fn main() {
    let _ = f1::LogDensity::new(1.0);
    let _ = f2::LogDensity::new([1.0; 3]);
    let _ = f3::LogDensity::new(&[0, 1], 1.0);
}
