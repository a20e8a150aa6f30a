//! Class labels as an index.

use graph_runtime::graph;

graph! { fn f(x: [n], t: index[n]) -> y { y = x[t]; } }

fn main() {
    let _ = f::<f64>;
}
