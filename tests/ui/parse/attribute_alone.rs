//! What is typed first of a function with options.

use graph_runtime::graph;

graph! { #[graph(hessian)] }

fn main() {}
