//! Entries that have every axis already, and a table that has more.

use graph_runtime::graph;

graph! {
    fn f(x: [1, 2, 1, 2, 1, 2]) -> l { l = sum([x, x]); }
    fn g(x: [n, m, n, m]) -> l { l = sum(each(i in 0..n, j in 0..m, k in 0..n, x)); }
    fn h(x: [n, m, n, m], t: index[k]) -> l { l = sum(reshape(x, [n, 1, m, 1, n, 1, m])); }
}

fn main() {
    let _ = f::<f64>;
    let _ = g::<f64>;
    let _ = h::<f64>;
}
