//! Logits that are a number.

use graph_runtime::graph;

graph! { fn f(x, t: [3]) -> z { z = softmax_cross_entropy(x, t); } }

fn main() {
    let _: f64 = f(1.0, [1.0; 3]);
}
