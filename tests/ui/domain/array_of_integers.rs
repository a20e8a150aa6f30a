//! An array of integers for a function over arrays.

use graph_runtime::graph;
use ndarray::array;

graph! { fn f(x: [n]) -> z { z = sum(x^2); } }

fn main() {
    let _ = f(&array![1, 2]);
    let _ = f::value_and_grad(&array![1, 2]);
}
