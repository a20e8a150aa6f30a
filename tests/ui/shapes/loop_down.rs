//! An index that runs down from an end that is not the array's.

use graph_runtime::graph;

graph! { fn f(x: [n], y: [m]) -> l { l = sum(i in 0..n, x[i]*y[n - 1 - i]); } }
graph! { fn g(x: [n], y: [m]) -> l { l = sum(i in 0..m, y[i]*x[n - 1 - i]) + sum(i in 0..n, y[n + 1 - i]); } }

fn main() {}
