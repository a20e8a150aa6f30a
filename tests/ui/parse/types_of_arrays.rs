//! Types of arrays where a shape stands, and words of Stan in front of names: what calls the function draws no second error.

use graph_runtime::graph;

graph! {
    fn f(x: Vec<f64>) -> z { z = sum(x); }
    fn g(x: &[f64; 3], y: [[f64; 3]; 2]) -> z { z = sum(x) + sum(y); }
    fn h(x: [f64]) -> z { z = sum(x); }
    fn k(x: &Array2<f64>, y: ArrayView<'a, f64, Ix1>) -> z { z = sum(x) + sum(y); }
    fn l(x: [3], t: &[usize]) -> z { z = softmax_cross_entropy(x, t); }
    fn m(real mu, vector[n] y, matrix x) -> z { z = sum(y - mu) + sum(x); }
    fn o(x: [3]) -> z: [f64; 3] { z = 2*x; }
}

graph! { fn p(double x) -> z { z = x^2; } }

fn main() {
    let _ = f(&[1.0]);
    let _: f64 = p(1.0);
}
