//! A scalar product of a row and a column.

use graph_runtime::graph;

graph! { fn f(x: [n, m]) -> l { l = dot(x[0], x[.., 0]); } }

fn main() {
    let _ = f::<f64>;
}
