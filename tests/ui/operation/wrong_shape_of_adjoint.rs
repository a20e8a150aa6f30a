//! A `vjp` whose adjoint has another shape than its argument.

use graph_runtime::{Real, graph};

fn total<T: Real>(x: [T; 3]) -> T {
    x[0] + x[1] + x[2]
}

mod total {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: [T; 3]) -> (T, impl Fn(T) -> [T; 2]) {
        (super::total(x), move |seed| [seed; 2])
    }
}

graph! { fn f(x: [3]) -> z { z = total(x)^2; } }

fn main() {
    let d = f::forward([1.0, 2.0, 3.0]).backward(1.0);
    let _: [f64; 3] = d.x;
}
