//! An option with a typo.

use graph_runtime::graph;

graph! {
    #[graph(hesian)]
    fn f(x) -> z { z = x^2; }
}

fn main() {
    let _ = f(1.0);
}
