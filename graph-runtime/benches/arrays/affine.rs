//! One affine layer, 256x1024 by 1024x1024, forward and backward.

use graph_runtime::graph;
use ndarray::{Array1, Array2, Axis};

use crate::harness::{Task, random};
use crate::products::{MATRIXMULTIPLY, OURS, Product};
use crate::summary::Line;

graph! {
    fn layer(x: [n, k], w: [k, m], b: [m]) -> y: [n, m] { y = affine(x, w, b); }
}

pub fn run(rounds: usize) -> Line {
    let (n, k, m) = (256, 1024, 1024);
    let (x, w) = (random(6, (n, k), -1.0, 1.0), random(7, (k, m), -0.03, 0.03));
    let (b, seed) = (random(8, m, -1.0, 1.0), random(9, (n, m), -1.0, 1.0));
    let by_graph = {
        let (x, w, b, seed) = (x.clone(), w.clone(), b.clone(), seed.clone());
        move || {
            let run = layer::forward(&x, &w, &b).expect("the shapes agree");
            let d = run.backward(&seed).expect("the seed's shape");
            f64::from(run.y[[1, 2]] + d.x[[3, 4]] + d.w[[5, 6]] + d.b[7])
        }
    };
    let by_hand = |product: Product| {
        let (x, w, b, seed) = (x.clone(), w.clone(), b.clone(), seed.clone());
        move || {
            let mut y = Array2::zeros((n, m));
            product(&x.view(), &w.view(), &mut y);
            y += &b;
            let (mut dx, mut dw) = (Array2::zeros((n, k)), Array2::zeros((k, m)));
            product(&seed.view(), &w.t(), &mut dx);
            product(&x.t(), &seed.view(), &mut dw);
            let db: Array1<f32> = seed.sum_axis(Axis(0));
            f64::from(y[[1, 2]] + dx[[3, 4]] + dw[[5, 6]] + db[7])
        }
    };
    Task::new("affine, 256x1024 @ 1024x1024, forward and backward, f32")
        .row("by hand", by_hand(OURS))
        .row("by hand over `matrixmultiply`", by_hand(MATRIXMULTIPLY))
        .row("graph!", by_graph)
        .report(rounds)
}
