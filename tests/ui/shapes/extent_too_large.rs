//! Extents that are larger than any array's.

use graph_runtime::graph;

graph! { fn f(x: [2147483648], y: [n + 2147483647 + 1]) -> z { z = sum(x) + sum(y); } }

fn main() {
    let _ = f::<f64>;
}
