//! Integers, and arrays of them, that inline graphs capture: one error each, at the name.

use graph_runtime::graph;
use ndarray::array;

fn main() {
    let (n, x, i, v) = (1, 2.0, 3_usize, [1, 2]);
    let g = graph! { z = n*x + i };
    let _: f64 = g.backward(1.0).x + g.z;
    let g = graph! { v: [2]; z = sum(v)*x };
    let _: f64 = g.backward(1.0).x;
    let v = array![1, 2];
    let g = graph! { v: [n]; z = sum(v)*x };
    let _ = g.map(|g| g.z);
    let v = vec![1.0, 2.0];
    let g = graph! { v: [n]; z = sum(v) };
    let _ = g.map(|g| g.z);
    let y = 2.0_f32;
    let x = 2.0_f64;
    let _ = graph! { z = x*y }.z;
}
