//! π by the name it has elsewhere.

use graph_runtime::graph;

graph! { fn f(x) -> z { z = pi*x; } }

fn main() {
    let _: f64 = f(1.0);
}
