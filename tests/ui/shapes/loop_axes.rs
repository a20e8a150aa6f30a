//! Loops and axes that are too many together.

use graph_runtime::graph;

graph! {
    fn f(x: [n, m], y: [k], z: [l]) -> v {
        v = sum(i in 0..n, j in 0..k, p in 0..k, q in 0..k, norm(sum(o in 0..l, exp(outer(x[i], x[0])*y[j]*y[p]*y[q]*z[o]))));
    }
}

fn main() {
    let _ = f::<f64>;
}
