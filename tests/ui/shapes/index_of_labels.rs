//! Labels where numbers are meant.

use graph_runtime::graph;

graph! {
    fn f(x: [n], t: index[n]) -> y { y = sum(x*t); }
    fn g(x: [n], t: index[n]) -> y { y = sum(i in 0..n, x[i]*t[i]); }
    fn h(x: [n], t: index[n]) -> y { y = sum(i in 0..n - 1, x[t[i] + 1]); }
    fn by_condition(x: [n], t: index[n]) -> y { c = if x[0] > 0 { t[0] } else { t[1] }; y = x[c]; }
    fn as_output(x: [n], t: index[n]) -> (y, c) { c = t[0]; y = x[c]; }
    fn as_number(x: [n], t: index[n]) -> y { y = sum(square(t)*x); }
    fn square(x) -> y { y = x^2; }
}

fn main() {
    let _ = f::<f64>;
    let _ = g::<f64>;
    let _ = h::<f64>;
    let _ = by_condition::<f64>;
    let _ = as_output::<f64>;
    let _ = as_number::<f64>;
}
