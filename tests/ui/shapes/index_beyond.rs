//! An index beyond a literal extent.

use graph_runtime::graph;

graph! { fn f(x: [3]) -> l { l = x[3]; } }

fn main() {
    let _ = f([1.0, 2.0, 3.0]);
    let d = f::forward([1.0, 2.0, 3.0]).backward(1.0);
    let _: [f64; 3] = d.x;
}
