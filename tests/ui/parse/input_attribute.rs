//! An attribute of an input.

use graph_runtime::graph;

graph! { fn f(#[cfg(test)] x, /** Documentation. */ y) -> z { z = x*y; } }

fn main() {
    let _: f64 = f(1.0, 2.0);
}
