//! Choices as other languages write them, and their words for both and either.

use graph_runtime::graph;

graph! {
    fn f(x) -> z { z = x if x > 0 else 0; }
    fn g(x) -> z { z = where(x > 0, x, 0); }
    fn h(x) -> z { z = if x > 0 and x < 1 { x } else { 0 }; }
    fn i(x) -> z { z = if x < 0 or x > 1 { x } else { 0 }; }
}

fn main() {
    let _: f64 = f(1.0) + g(1.0) + h(1.0) + i(1.0);
}
