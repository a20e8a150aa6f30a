//! Ranges of other languages.

use graph_runtime::graph;

graph! { fn f(x: [4, 2]) -> z { z = sum(x[:, 0]) + sum(x[1:3, 0]) + sum(x[::2, 0]); } }

fn main() {
    let _: f64 = f([[1.0; 2]; 4]);
}
