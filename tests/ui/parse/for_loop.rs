//! A loop of Rust.

use graph_runtime::graph;

graph! {
    fn f(x) -> z {
        a = 0;
        for i in 0..3 {
            a = a + i*x;
        }
        z = x + a;
    }
}

fn main() {
    let _: f64 = f::value_and_grad(1.0).1.x;
}
