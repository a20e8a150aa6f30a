//! The branches differ in shape.

use graph_runtime::graph;

graph! { fn f(x: [2], y: [3]) -> l { l = sum(if sum(x) > 0 { x } else { y }); } }

fn main() {
    let d = f::forward([1.0, 2.0], [1.0; 3]).backward(1.0);
    let _: [f64; 2] = d.x;
}
