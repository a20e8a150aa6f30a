//! Something else where a name should be: of an input, an output and a function.

use graph_runtime::graph;

graph! {
    fn f(x, 3) -> z { z = x; }
    fn g(x) -> 2 { z = x; }
    fn h(x) -> z { z = std::2(x); }
}

fn main() {}
