//! A call of a graph made elsewhere has first derivatives only.

use graph_runtime::graph;

mod other {
    graph_runtime::graph! { pub fn g(x) -> y { y = sin(x); } }
}

graph! {
    #[graph(hessian)]
    fn f(x, const c) -> z { z = x*other::g(x^2) + other::g(c); }
}

fn main() {
    let (_, gradient, [[_]]) = f::hessian(1.0, 2.0);
    let _: f64 = gradient.x;
}
