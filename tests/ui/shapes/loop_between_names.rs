//! A loop whose length is a difference of names.

use graph_runtime::graph;

graph! { fn f(x, from: count, to: count) -> y { y = sum(k in from..to, x^k); } }

fn main() {
    let _ = f::<f64>;
}
