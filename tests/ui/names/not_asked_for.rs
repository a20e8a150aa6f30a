//! What a graph gives only when it is asked for it.

use graph_runtime::graph;

graph! { fn f(x, y) -> z { z = x*y; } }

fn main() {
    let _ = f::hessian(1.0, 2.0);
    let _ = f::batch(&[1.0], &[2.0]);
    let _ = f::Ode {};
}
