//! An operation over slices, where small arrays are passed by value.

use graph_runtime::{Real, graph};

fn total<T: Real>(x: &[T]) -> T {
    x.iter().fold(T::of(0.0), |sum, x| sum + *x)
}

mod total {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: &[T]) -> (T, impl Fn(T) -> [T; 3]) {
        (super::total(x), move |seed| [seed; 3])
    }
}

graph! { fn f(x: [3]) -> z { z = total(x)^2; } }

fn main() {
    let d = f::forward([1.0, 2.0, 3.0]).backward(1.0);
    let _: [f64; 3] = d.x;
}
