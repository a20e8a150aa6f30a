//! An operation for one number type only, where a graph is generic over all of them: one error a function, however often it is called.

use graph_runtime::graph;

fn gamma(x: f64) -> f64 {
    x * x
}

mod gamma {
    pub fn vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
        (x * x, move |seed| 2.0 * x * seed)
    }
}

fn first(x: [f64; 2], y: f64) -> f64 {
    x[0] + y
}

fn single(x: f32) -> f32 {
    x
}

graph! { fn f(x) -> y { y = gamma(x)^2; } }

graph! {
    fn g(x: [4]) -> z { z = sum(i in 0..4, gamma(x[i])); }
    fn h(x: [2], const y) -> z { z = first(x, y); }
    fn k(x) -> z { z = single(x); }
}

fn main() {
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let (z, d) = g::value_and_grad([1.0; 4]);
    let _: f64 = z + d.x[0] + h([1.0; 2], 2.0) + k(1.0);
}
