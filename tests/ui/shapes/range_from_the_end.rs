//! Ranges that count from the end, as in Python.

use graph_runtime::graph;

graph! { fn f(x: [n]) -> y { y = x[..-1]; } }
graph! { fn g(x: [5]) -> y { y = x[-2..]; } }
graph! { fn h(x: [n, 4]) -> y { y = x[1..-1, 0..=-2]; } }

fn main() {
    let _ = (f::<f64>, g::<f64>, h::<f64>);
}
