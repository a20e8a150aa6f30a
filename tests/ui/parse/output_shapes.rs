//! The shape of an output in the place of its name.

use graph_runtime::graph;

graph! { fn f(x) -> [2] { z = [x, x]; } }

graph! { fn g(x) -> (f64, f64) { z = x; } }

graph! { fn h(x) -> z: f64 { z = x; } }

fn main() {
    let _ = (f(1.0), g(1.0), h(1.0));
}
