//! An operation that is nowhere to be found: the error of the compiler itself, at the path.

use graph_runtime::graph;

mod special {}

graph! { fn f(x) -> y { y = special::bessel(x)^2; } }

fn main() {
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
}
