//! A function without inputs.

use graph_runtime::graph;

graph! { fn f() -> z { z = 2; } }

fn main() {
    let _ = f();
}
