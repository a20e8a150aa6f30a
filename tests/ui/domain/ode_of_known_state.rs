//! A state is what changes.

use graph_runtime::graph;

graph! {
    #[graph(ode)]
    fn decay(_t, const y: [2], rate) -> dy: [2] { dy = -rate*y; }
}

graph! {
    pub struct Body { place, const mass }

    #[graph(ode)]
    fn fall(_t, body: Body, weight) -> change: Body { change = Body { place: weight/body.mass, mass: 0 }; }
}

fn main() {
    let _: [f64; 2] = decay(0.0, [1.0, 2.0], 3.0);
}
