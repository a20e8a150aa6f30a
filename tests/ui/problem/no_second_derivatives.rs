//! Second derivatives of a graph that was not asked for them.

use graph_runtime::{SecondOrder, graph};

graph! { fn f(x, y) -> z { z = x*y^2; } }

fn newton(objective: &impl SecondOrder<f64>) {
    let _ = objective;
}

fn main() {
    newton(&f::Problem {});
}
