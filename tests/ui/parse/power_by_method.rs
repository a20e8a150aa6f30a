//! Powers as methods: what is written for each.

use graph_runtime::graph;

graph! {
    fn f(x, y) -> z { z = x.powf(y); }
    fn g(x, y) -> z { z = x.powi(-2)*y; }
}

fn main() {
    let _: f64 = f(1.0, 2.0) + g(1.0, 2.0);
}
