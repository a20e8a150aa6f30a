//! Labels where numbers are meant.

use graph_runtime::graph;

graph! {
    fn f(x: [n], t: index[n]) -> y { y = sum(x*t); }
    fn g(x: [n], t: index[n]) -> y { y = sum(i in 0..n, x[i]*t[i]); }
    fn h(x: [n], t: index[n]) -> y { y = sum(i in 0..n - 1, x[t[i] + 1]); }
}

fn main() {
    let _ = f::<f64>;
    let _ = g::<f64>;
    let _ = h::<f64>;
}
