//! Unused arrays, small ones and those of any size: one message a name, in every mode that a graph has.

#![deny(unused, warnings)]

use graph_runtime::graph;

graph! {
    fn small(v: [2], w: [2]) -> z { y = 2*v; z = sum(v^2); }
    #[graph(hessian)]
    pub fn large(x: [n], w: [n], const k) -> z { y = exp(x); z = sum(x^2); }
    fn outputs(x, i) -> (y, z) { t = x; _u = x; y = x + { 1.0 }; z = other(x); }
    fn other(x) -> y { y = x; }
}

fn main() {
    let _ = small::value_and_grad([1.0, 2.0], [1.0, 2.0]);
    let _ = outputs::jacobian(1.0, 2.0);
    let (x, w) = (ndarray::array![1.0], ndarray::array![1.0]);
    let _ = large::value_and_grad(&x, &w, 1.0);
}
