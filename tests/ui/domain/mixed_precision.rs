//! Numbers of two types in one call.

use graph_runtime::graph;

graph! { fn f(x, y) -> z { z = x*y; } }

fn main() {
    let _ = f(1.0_f32, 1.0_f64);
}
