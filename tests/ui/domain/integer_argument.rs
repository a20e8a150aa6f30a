//! An integer where a number of the graph is wanted: the trait explains itself.

use graph_runtime::graph;

graph! { fn f(x) -> z { z = x^2; } }

fn main() {
    let _ = f(1);
}
