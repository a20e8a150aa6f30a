//! A differential equation is about a time and a state.

use graph_runtime::graph;

graph! {
    #[graph(ode)]
    fn decay(y: [2], rate) -> dy: [2] { dy = -rate*y; }
}

graph! {
    #[graph(ode)]
    fn known(const t, y) -> dy { dy = -y*t; }
}

graph! {
    #[graph(ode)]
    fn alone(t) -> dy { dy = -t; }
}

fn main() {
    let _: [f64; 2] = decay([1.0, 2.0], 3.0);
}
