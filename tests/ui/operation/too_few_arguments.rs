//! An operation of two arguments, called with one.

use graph_runtime::{Real, graph};

fn product<T: Real>(x: T, y: T) -> T {
    x * y
}

mod product {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T, y: T) -> (T, impl Fn(T) -> (T, T)) {
        (x * y, move |seed| (seed * y, seed * x))
    }
}

graph! { fn f(x) -> y { y = product(x)^2; } }

fn main() {
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
}
