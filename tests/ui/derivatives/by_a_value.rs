//! What moves has a name.

use graph_runtime::graph;

graph! { fn f(x, y) -> g { g = grad(x*y, x*2); } }

fn main() {
    let _ = f(1.0, 2.0);
}
