//! A plain function of Rust, which has no `vjp`.

use graph_runtime::{Real, graph};

fn twice<T: Real>(x: T) -> T {
    x + x
}

graph! { fn f(x) -> y { y = twice(x)^2; } }

fn main() {
    let d = f::forward(1.0).backward(1.0);
    let _: f64 = d.x;
}
