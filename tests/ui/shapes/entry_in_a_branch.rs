//! Entries beyond an array, where a condition does not leave those turns out.

use graph_runtime::graph;

graph! {
    fn f(x: [n]) -> y { y = sum(i in 0..n, if x[i] > 0 { x[i + 1] } else { 0 }); }
    fn g(x: [n]) -> y { y = sum(i in 0..n, if i > 0 { x[i - 2] } else { 0 }); }
    fn h(x: [n, 3], t: index[n]) -> y { y = sum(i in 0..n, if i > 0 { softmax_cross_entropy(x[i], t[i - 1]) } else { 0 }); }
}

fn main() {
    let _ = f::<f64>;
    let _ = g::<f64>;
    let _ = h::<f64>;
}
