//! An operation of numbers that is handed arrays, small and of any size.

use graph_runtime::{Real, graph};

fn square<T: Real>(x: T) -> T {
    x * x
}

mod square {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
        (x * x, move |seed| seed * (x + x))
    }
}

graph! { fn f(x: [3]) -> y { y = square(x); } }

graph! { fn g(x: [n]) -> y { v: [n] = square(x); y = sum(v); } }

fn main() {
    let _ = (f([1.0; 3]), g(&ndarray::array![1.0]));
}
