//! A batch is of points that fit into lanes.

use graph_runtime::graph;

graph! {
    #[graph(batch)]
    fn f(x: [n, 3], w: [3]) -> l { l = sum(x @ w); }
}

fn main() {}
