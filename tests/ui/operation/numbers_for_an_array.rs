//! An operation of numbers, applied to an array.

use graph_runtime::{Real, graph};

fn twice<T: Real>(x: T) -> T {
    x + x
}

mod twice {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
        (x + x, |seed| seed + seed)
    }
}

graph! { fn f(x: [3]) -> z { y: [3] = twice(x); z = sum(y); } }

fn main() {
    let _: f64 = f([1.0, 2.0, 3.0]);
}
