//! What loops are to keep is one of two words, and needs a loop.

use graph_runtime::graph;
use ndarray::array;

graph! {
    #[graph(keep = "some")]
    fn f1(x: [n], s) -> z { z = fold(a = s, k in 0..n, a*x[k]); }
    #[graph(keep)]
    fn f2(x: [n], s) -> z { z = fold(a = s, k in 0..n, a*x[k]); }
}

graph! {
    #[graph(keep = "few")]
    fn f3(x: [n], s) -> z { z = fold(a = s, k in 0..3, a*sum(x)); }
}

fn main() {
    let x = array![1.0, 2.0];
    let _ = f1(&x, 1.0);
    let _ = f2(&x, 1.0);
    let _ = f3(&x, 1.0);
}
