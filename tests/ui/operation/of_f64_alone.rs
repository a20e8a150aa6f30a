//! Functions of `f64` where a graph is generic: one error a function, however often it is called.

use graph_runtime::graph;

fn gamma(x: f64) -> f64 {
    x
}

mod gamma {
    pub fn vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
        (x, move |seed| seed)
    }
}

fn first(x: [f64; 2], y: f64) -> f64 {
    x[0] + y
}

graph! {
    fn f(x: [4]) -> z { z = sum(i in 0..4, gamma(x[i])); }
    fn g(x: [2], const y) -> z { z = first(x, y); }
}

fn main() {
    let (z, d) = f::value_and_grad([1.0; 4]);
    let _: f64 = z + d.x[0] + g([1.0; 2], 2.0);
}
