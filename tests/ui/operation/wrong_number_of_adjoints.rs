//! A `vjp` that gives one adjoint for two arguments.

use graph_runtime::{Real, graph};

fn product<T: Real>(x: T, y: T) -> T {
    x * y
}

mod product {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T, y: T) -> (T, impl Fn(T) -> T) {
        (x * y, move |seed| seed * y)
    }
}

graph! { fn f(x, y) -> z { z = product(x, y); } }

fn main() {
    let d = f::forward(1.0, 2.0).backward(1.0);
    let _: f64 = d.x;
}
