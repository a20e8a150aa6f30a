//! A Hessian is that of one number.

use graph_runtime::graph;

graph! {
    #[graph(hessian)]
    fn f(x) -> (y, z) { y = x^2; z = x^3; }
}

fn main() {
    let (_, gradient, [[_]]) = f::hessian(1.0);
    let (_, _, product) = f::hvp(1.0, 1.0);
    let _: f64 = gradient.x + product.x;
}
