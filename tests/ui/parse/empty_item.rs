//! A graph of nothing, where items stand.

use graph_runtime::graph;

graph! {}

fn main() {}
