//! A dot with nothing behind it, as while typing.

use graph_runtime::graph;

graph! { fn f(x) -> y { y = x.; } }
graph! { fn g(x) -> y { y = x. } }
graph! { fn h(x) -> y { y = x.0; } }

fn main() {
    let _ = (f(1.0), g(1.0), h(1.0));
}
