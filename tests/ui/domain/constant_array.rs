//! An array of the surroundings in a formula: by its name alone, and in braces.

use graph_runtime::graph;

const W: [f64; 3] = [1.0, 2.0, 3.0];

graph! { fn f(x: [3]) -> z { z = sum(W*x); } }

graph! { fn g(x: [3]) -> z { z = sum({ W }*x); } }

fn main() {
    let _ = f([1.0; 3]) + g([1.0; 3]);
}
