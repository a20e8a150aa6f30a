//! A graph made elsewhere, with numbers and with arrays, that is called with too many arguments and with too few.

use graph_runtime::graph;

mod other {
    graph_runtime::graph! {
        pub fn square(x) -> y { y = x^2; }
        pub fn total(x: [n], w: [n]) -> y { y = sum(x*w); }
    }
}

graph! { fn f(x) -> y { y = other::square(x, x); } }

graph! { fn g(x: [n]) -> y { y = other::total(x); } }

fn main() {
    let _ = (f(1.0), g(&ndarray::array![1.0]));
}
