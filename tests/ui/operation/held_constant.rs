//! An input of a graph made elsewhere that it holds constant, called with something to be differentiated.

use graph_runtime::graph;

mod other {
    graph_runtime::graph! { pub fn decay(x, const rate) -> y { y = exp(-rate*x); } }
}

graph! { fn f(x, rate) -> y { y = other::decay(x, rate)^2; } }

fn main() {
    let d = f::forward(1.0, 2.0).backward(1.0);
    let _: f64 = d.rate;
}
