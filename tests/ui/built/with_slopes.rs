//! The same with the slopes.

use graph_runtime::{Real, graph};

fn bessel<T: Real>(x: T) -> T {
    bessel::vjp(x).0
}

mod bessel {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
        let [value, slope] = T::lane_by_lane_with_slopes(
            [x],
            |[x]| [x.sin(), x.cos()],
            |[x]| [[x.cos()], [-x.sin()]],
        );
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
