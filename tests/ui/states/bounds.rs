//! How many steps there are is known before the graph runs, and backwards is written with `rev`.

use graph_runtime::graph;
use ndarray::array;

graph! {
    fn f1(x: [n], steps) -> z { z = fold(a = 0, k in 0..steps, a + sum(x)); }
    fn f2(x: [n], s) -> z { z = fold(a = s, k in 0..turns, a + sum(x)); }
    fn f3(x: [n], s) -> z { z = fold(a = s, k in n..0, a + x[k]); }
    fn f4(x: [n], s) -> z { z = fold(a = s, k in rev(n..0), a + x[k]); }
    fn f5(x: [n], s) -> z { z = fold(a = s, k in reversed(0..n), a + x[k]); }
    fn f6(x: [n], s) -> z { z = fold(a = s, k in (0..n).rev(), a + x[k]); }
    fn f7(x: [n], s) -> z { z = fold(a = s, k in 0..n, a + x[k + 1]); }
    fn f8(x: [n], s) -> z { z = scan(a = s, k in 0..n, a + x[k])[n]; }
}

fn main() {
    let x = array![1.0, 2.0];
    let _ = f1(&x, 3.0);
    let _ = f2(&x, 1.0);
    let _ = f3(&x, 1.0);
    let _ = f4(&x, 1.0);
    let _ = f5(&x, 1.0);
    let _ = f6(&x, 1.0);
    let _ = f7(&x, 1.0);
    let _ = f8(&x, 1.0);
}
