//! A function written as an equation.

use graph_runtime::graph;

graph! { fn f(x) = x^2; }

fn main() {

}
