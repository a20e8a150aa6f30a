//! A density that is not known.

use graph_runtime::graph;

graph! {
    fn f1(x) -> lp { lp = x ~ nomal(0, 1); }
    fn f2(x) -> lp { lp = x ~ gaussian(0, 1); }
    fn f3(x) -> lp { lp = x ~ half_normal(1); }
    fn f4(x) -> lp { lp = x ~ zipf(1); }
}

fn main() {
    let _ = f1::LogDensity::new(1.0);
    let _: f64 = f2(1.0);
    let _: f64 = f3(1.0);
    let _: f64 = f4(1.0);
}
