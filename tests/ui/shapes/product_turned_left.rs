//! The left side of a product would fit if it were transposed.

use graph_runtime::graph;

graph! { fn f(x: [2, 3], w: [2, 4]) -> l { l = sum(x @ w); } }

fn main() {
    let _: f64 = f([[1.0; 3]; 2], [[1.0; 4]; 2]);
}
