//! Too few arguments for the function that is made: rustc's own error.

use graph_runtime::graph;

graph! { fn f(x, y) -> z { z = x*y; } }

fn main() {
    let _ = f(1.0);
}
