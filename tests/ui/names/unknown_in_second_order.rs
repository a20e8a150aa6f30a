//! A misspelt operation where second derivatives are asked for, and in a loop over a named dimension.

use graph_runtime::graph;

graph! { #[graph(hessian)] fn f(x) -> z { z = logg(x); } }

graph! { fn g(x: [n]) -> z { z = sum(i in 0..n, isnan(x[i])); } }

fn main() {
    let (_, _, h): (f64, _, [[f64; 1]; 1]) = f::hessian(2.0);
    let _ = h;
    let _ = g(&ndarray::array![1.0]);
}
