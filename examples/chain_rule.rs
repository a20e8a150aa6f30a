//! The chain rule on z = t^2, t = x + y: dz/dx = dz/dt dt/dx = 2 t · 1 = 2 (x + y), and the same for y.
//!
//! The square passes the seed on times its local derivative 2 t; the sum passes it on unchanged, to both.

use graph_runtime::graph;

fn main() {
    let (x, y) = (1.0, 2.0);

    let g = graph! {
        t = x + y;
        z = t^2;
    };
    println!("t = x + y = {}, z = t^2 = {}", g.t, g.z);

    let d = g.backward(1.0);
    println!(
        "dz/dx = {}, dz/dy = {}, and 2 (x + y) = {}",
        d.x,
        d.y,
        2.0 * (x + y)
    );
    assert_eq!((g.t, g.z), (3.0, 9.0));
    assert_eq!((d.x, d.y), (6.0, 6.0));

    // Another seed: what arrives from above is multiplied through.
    assert_eq!(g.backward(-0.5).x, -3.0);
    // Forward mode asks the opposite question: how does z move if x does?
    assert_eq!(g.jvp(1.0, 0.0), 6.0);
}
