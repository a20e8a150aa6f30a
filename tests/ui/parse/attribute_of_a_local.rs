//! An attribute of a local name, whose comments are welcome.

use graph_runtime::graph;

graph! {
    fn f(x: [n]) -> y { y = sum(i in 0..n, /// The entry. 
 d = x[i]; #[inline] e = d^2; e + d); }
}

fn main() {
    let _ = f::<f64>;
}
