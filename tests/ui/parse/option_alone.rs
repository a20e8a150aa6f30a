//! Options that are not written as such.

use graph_runtime::graph;

graph! {
    #[graph]
    fn f(x) -> z { z = x^2; }
    #[hessian]
    fn g(x) -> z { z = x^2; }
    #[graph(hessian = true)]
    fn h(x) -> z { z = x^2; }
}

fn main() {
    let _ = f(1.0) + g(1.0) + h(1.0);
}
