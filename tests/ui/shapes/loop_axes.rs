//! Loops over named dimensions and axes that are too many together.

use graph_runtime::graph;

graph! {
    fn f(x: [n, m], y: [k], z: [l]) -> v {
        v = sum(i in 0..n, sum(j in 0..k, norm(sum(o in 0..l, exp(outer(x[i], x[0])*y[j]*z[o])))));
    }
}

fn main() {
    let _ = f::<f64>;
}
