//! Arrays in shapes that they cannot have.

use graph_runtime::graph;

graph! {
    fn f1(x: [n, 6]) -> z { z = sum(reshape(x, [n, 5])); }
    fn f2(x: [n, 6]) -> z { z = sum(reshape(x, 6)); }
    fn f3(x: [n, 6]) -> z { z = sum(permute(x, [1, 1])); }
    fn f4(x: [n, 6]) -> z { z = sum(concat(x, x)); }
    fn f5(x: [n, 6], y: [n, 5]) -> z { z = sum(concat(x, y, axis = 0)); }
    fn f6(x, y) -> z { z = sum(concat(x, y)); }
    fn f7(x: [n]) -> z { z = sum(i in 0..n, x[n - i]); }
    fn f8(x: [n]) -> z { z = sum(reshape(x, [n, 1], 2)); }
    fn f9(x: [n, 6]) -> z { z = sum(reshape(x, [-1, 2])); }
    fn f10(x: [n], y: [n]) -> z { z = sum(concat([x, y])); }
    fn f12(x: [6]) -> z { z = sum(reshape(x, [-2, -3])); }
    fn f11(x: [n, 6]) -> z { z = sum(x.reshape(n, 2, 3)); }
}

fn main() {
    let _ = (f1::<f64>, f2::<f64>, f3::<f64>, f4::<f64>, f5::<f64>, f7::<f64>, f8::<f64>);
    let _ = (f9::<f64>, f10::<f64>, f11::<f64>);
    let _: f64 = f6(1.0, 2.0);
    let _: f64 = f12([1.0; 6]);
}
