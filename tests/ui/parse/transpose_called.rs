//! The transpose as a method, and a product as one.

use graph_runtime::graph;

graph! { fn f(x: [2, 3], w: [2]) -> z { t = x.T(); z = sum(t.dot(w)); } }

fn main() {
    let _: f64 = f([[1.0; 3]; 2], [1.0; 2]);
}
