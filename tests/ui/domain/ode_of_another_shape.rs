//! A state changes entry by entry.

use graph_runtime::graph;

graph! {
    #[graph(ode)]
    fn decay(_t, y: [2], rate) -> dy { dy = -rate*sum(y); }
}

graph! {
    #[graph(ode)]
    fn parts(_t, y: [2], rate) -> (first, second) { first = -rate*y[0]; second = -rate*y[1]; }
}

graph! {
    pub struct Body { place, speed }

    #[graph(ode)]
    fn fall(_t, body: Body, weight) -> change: [2] { change = [body.speed, weight]; }
}

graph! {
    #[graph(ode)]
    fn heat(_t, u: [n]) -> du { du = u[1..n] - u[0..n - 1]; }
}

fn main() {
    let _: f64 = decay(0.0, [1.0, 2.0], 3.0);
}
