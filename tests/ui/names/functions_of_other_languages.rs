//! What other languages have and this one writes in another way, or leaves to operations of the user's own.

use graph_runtime::graph;

graph! {
    fn f(x: [n], y) -> z {
        a = mul(y, 2) + pow(y, 2) + std(x);
        b = argmax(x) + zeta(y);
        c: [n] = flatten(x);
        z = a + b + sum(c);
    }
}

fn main() {
    let x = ndarray::arr1(&[1.0, 2.0]);
    let _ = f(&x, 1.0).unwrap();
    let d = f::forward(&x, 1.0).unwrap().backward(1.0).unwrap();
    let _: f64 = d.y;
}
