//! A fold over a named dimension.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> z { z = fold(a = 0, i in 0..n, a + x[i]); } }

fn main() {

}
