//! An index that runs down from an end that is not the array's.

use graph_runtime::graph;

graph! { fn f(x: [n], y: [m]) -> l { l = sum(i in 0..n, x[i]*y[n - 1 - i]); } }

fn main() {}
