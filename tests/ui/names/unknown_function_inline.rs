//! An unknown operation of an inline graph, where the names around it are in scope.

use graph_runtime::graph;

fn main() {
    let x = 1.0;
    let g = graph! { z = sinn(x) };
    let _: f64 = g.backward(1.0).x;
}
