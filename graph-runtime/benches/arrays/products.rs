//! The matrix products that code by hand can be assembled over, and products alone.

use graph_runtime::__private::{Operand, matmul};
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2};

use crate::harness::{Task, random};
use crate::summary::Line;

/// Writes the product of two matrices.
pub type Product = fn(&ArrayView2<'_, f32>, &ArrayView2<'_, f32>, &mut Array2<f32>);

/// Those of this crate, which are also what `graph!` calls.
pub const OURS: Product = |a, b, c| matmul(&Operand::array(a), &Operand::array(b), c);

/// Those of the crate that `ndarray` uses.
pub const MATRIXMULTIPLY: Product = |a, b, c| general_mat_mul(1.0, a, b, 0.0, c);

/// The products of the two networks, forward and backward, each as often as takes about a millisecond.
pub fn run(rounds: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (title, [rows, terms, columns], turned) in [
        ("100x784 @ 784x50", [100, 784, 50], [false, false]),
        (
            "784x100 @ 100x50, the left one turned",
            [784, 100, 50],
            [true, false],
        ),
        ("100x50 @ 50x10", [100, 50, 10], [false, false]),
        ("128x512 @ 512x10", [128, 512, 10], [false, false]),
        (
            "512x128 @ 128x10, the left one turned",
            [512, 128, 10],
            [true, false],
        ),
        ("128x784 @ 784x512", [128, 784, 512], [false, false]),
        (
            "128x512 @ 512x512, the right one turned",
            [128, 512, 512],
            [false, true],
        ),
    ] {
        let matrix = |seed, rows, columns, turned| {
            let extents = if turned {
                (columns, rows)
            } else {
                (rows, columns)
            };
            let matrix = random(seed, extents, -1.0, 1.0);
            if turned {
                matrix.reversed_axes()
            } else {
                matrix
            }
        };
        let (a, b) = (
            matrix(1, rows, terms, turned[0]),
            matrix(2, terms, columns, turned[1]),
        );
        let times = (50_000_000 / (rows * terms * columns)).max(1);
        let by = |product: Product| {
            let (a, b, mut c) = (a.clone(), b.clone(), Array2::zeros((rows, columns)));
            move || {
                for _ in 0..times {
                    product(&a.view(), &b.view(), &mut c);
                }
                f64::from(c.iter().map(|entry| entry.abs()).sum::<f32>())
            }
        };
        let task = Task::new(title)
            .row("`matrixmultiply`", by(MATRIXMULTIPLY))
            .row("graph!", by(OURS));
        lines.push(task.report(rounds));
    }
    lines
}
