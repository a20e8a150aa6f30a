//! Behind `~` stands a density by its name.

use graph_runtime::graph;

graph! {
    fn f1(x) -> lp { lp = x ~ 3; }
    fn f2(x) -> lp { lp = x ~ normal; }
    fn f3(x) -> lp { lp = (x ~ ); }
    fn f4(x, y) -> lp { lp = y ~ x + 1; }
}

fn main() {
    let _ = f1::LogDensity::new(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
    let _: f64 = f4(1.0, 2.0);
}
