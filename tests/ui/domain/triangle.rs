//! A table whose rows would have different lengths, and one of no rows.

use graph_runtime::graph;

graph! {
    fn f(x: [n, n]) -> v { v = sum(each(i in 0..n, j in 0..i, x[i, j])); }
    fn g(x: [n]) -> v { v = sum(each(i in 2..2, x[i])); }
}

fn main() {
    let _ = f::<f64>;
    let _ = g::<f64>;
}
