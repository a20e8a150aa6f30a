//! Functions and constants of libraries.

use graph_runtime::graph;

graph! {
    fn f1(x, v: [3]) -> z { z = np.log(x); }
    fn f2(x, v: [3]) -> z { z = np.pi*x; }
    fn f3(x, v: [3]) -> z { z = jnp.where(x > 0, x, 0); }
    fn f4(x, v: [3]) -> z { z = F.relu(x); }
    fn f5(x, v: [3]) -> z { z = x + np.inf; }
}

fn main() {
    let _: f64 = f1(1.0, [1.0; 3]);
    let _: f64 = f2(1.0, [1.0; 3]);
    let _: f64 = f3(1.0, [1.0; 3]);
    let _: f64 = f4(1.0, [1.0; 3]);
    let _: f64 = f5(1.0, [1.0; 3]);
}
