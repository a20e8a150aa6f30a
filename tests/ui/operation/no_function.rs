//! Callees that are no function of numbers: a struct, a constant, and functions that give something else.

use graph_runtime::graph;

struct Gain(f64);

const RATE: f64 = 2.0;

graph! { fn f(x) -> y { y = Gain(x); } }

graph! { fn g(x) -> y { y = RATE(x); } }

graph! { fn h(x) -> y { y = drop(x); } }

graph! { fn k(x: [n]) -> y { y = drop(x); } }

fn main() {
    let _ = (f(1.0), g(1.0), h(1.0), k(&ndarray::array![1.0]), Gain(RATE).0);
}
