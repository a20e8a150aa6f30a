//! An operation for one number type only, where a graph is generic over all of them.

use graph_runtime::graph;

fn gamma(x: f64) -> f64 {
    x * x
}

mod gamma {
    pub fn vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
        (x * x, move |seed| 2.0 * x * seed)
    }
}

graph! { fn f(x) -> y { y = gamma(x)^2; } }

fn main() {
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
}
