//! What is said where the runtime is built without `ndarray` and without `std`, as the signs behind its path say.

use graph_runtime::__private::graph;

graph! { (::graph_runtime !) fn f(x: [n]) -> z { z = sum(x); } }
graph! { (::graph_runtime !!) #[graph(batch)] fn g(x) -> z { z = x^2; } }

fn main() {
    let _: f64 = g(1.0);
}
