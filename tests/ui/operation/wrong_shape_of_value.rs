//! An operation that gives an array, where no shape is declared for it.

use graph_runtime::{Real, graph};

fn both<T: Real>(x: T) -> [T; 2] {
    [x, -x]
}

mod both {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T) -> ([T; 2], impl Fn([T; 2]) -> T) {
        (super::both(x), move |seed: [T; 2]| seed[0] - seed[1])
    }
}

graph! {
    fn f(x) -> z { z = both(x)^2; }
    fn g(x) -> z { w: [3] = both(x); z = w[0]*w[1]; }
}

fn main() {
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
    let d = g::forward(1.0).backward(1.0);
    let _: f64 = d.x;
}
