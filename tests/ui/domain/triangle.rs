//! A loop over a named dimension whose length is the index of another.

use graph_runtime::graph;

graph! { fn f(x: [n, n]) -> v { v = sum(i in 0..n, sum(j in 0..i, x[i, j])); } }

fn main() {
    let _ = f::<f64>;
}
