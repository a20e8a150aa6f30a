//! A call of one of two functions that are never there together.

use graph_runtime::graph;

graph! {
    #[cfg(any())]
    fn f(x) -> z { z = x^2; }
    #[cfg(not(any()))]
    fn f(x) -> z { z = x^3; }
    fn g(x) -> z { z = f(x); }
}

fn main() {
    let _ = f(1.0) + g(1.0);
}
