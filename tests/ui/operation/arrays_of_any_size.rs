//! Calls with arrays of any size that are wrong: a constant of the callee differentiated by, rows for a vector, an operation
//! that cannot fail.

use graph_runtime::{Element, graph};
use ndarray::{Array1, ArrayRef, Ix1};

mod other {
    graph_runtime::graph! {
        pub fn scaled(x: [n], const by) -> y: [n] { y = x*by; }
        pub fn rows(x: [n, 2]) -> y: [n] { y = x[.., 0]*x[.., 1]; }
    }
}

fn infallible<T: Element>(x: &ArrayRef<T, Ix1>) -> Array1<T> {
    x.to_owned()
}

mod infallible {
    use super::{Array1, ArrayRef, Element, Ix1};

    pub fn vjp<T: Element>(x: &ArrayRef<T, Ix1>) -> (Array1<T>, impl Fn(&ArrayRef<T, Ix1>) -> Array1<T> + use<T>) {
        (x.to_owned(), |seed: &ArrayRef<T, Ix1>| seed.to_owned())
    }
}

graph! {
    fn f(x: [n], by) -> z { y: [n] = other::scaled(x, by); z = sum(y); }
    fn g(x: [n]) -> z { y: [n] = other::rows(x); z = sum(y); }
    fn h(x: [n]) -> z { y: [n] = infallible(x); z = sum(y); }
}

fn main() {
    let x = Array1::<f64>::zeros(3);
    let _: f64 = f::forward(&x, 2.0).unwrap().backward(1.0).unwrap().by;
    let _: Array1<f64> = g::forward(&x).unwrap().backward(1.0).unwrap().x;
    let _: Array1<f64> = h::forward(&x).unwrap().backward(1.0).unwrap().x;
}
