//! The output has another shape than is declared.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> y: [2] { y = 2*x; } }

fn main() {
    let _ = f([1.0, 2.0, 3.0]);
    let d = f::forward([1.0, 2.0, 3.0]).backward([1.0, 1.0]);
    let _: [f64; 3] = d.x;
}
