//! A dot and nothing behind it.

use graph_runtime::graph;

graph! { fn f(x) -> z { z = x. } }

fn main() {
    let _ = f(1.0);
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
}
