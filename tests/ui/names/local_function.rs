//! A closure and a variable of the surroundings, called.

use graph_runtime::graph;

fn main() {
    let twice = |t: f64| 2.0 * t;
    let (x, y) = (1.0, twice(2.0));
    let g = graph! { z = twice(x) + y(x) };
    let _: f64 = g.backward(1.0).x;
}
