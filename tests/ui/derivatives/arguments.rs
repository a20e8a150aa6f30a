//! Derivatives take what is differentiated and what it is differentiated by; one of them a direction.

use graph_runtime::graph;

graph! {
    fn f(x, y) -> (a, b, c) {
        e = x*y;
        a = grad(e);
        b = hessian(e, x, y);
        c = jvp(e, x);
    }
}

fn main() {
    let _ = f(1.0, 2.0);
}
