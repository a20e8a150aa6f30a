//! A second derivative through a function of plain numbers, whose slopes are not known.

use graph_runtime::{Real, graph};

fn bessel<T: Real>(x: T) -> T {
    bessel::vjp(x).0
}

mod bessel {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
        let [value, slope] = T::lane_by_lane([x], |[x]| [x.sin(), x.cos()]);
        (value, move |seed| seed * slope)
    }
}

graph! {
    #[graph(hessian)]
    fn f(x) -> y { y = bessel(x)^2; }
}

fn main() {
    let (_, _, [[_]]) = f::hessian(0.5);
}
