//! Whole programs, written as a user would write them, against numbers that share no code with `graph!`: derivatives
//! worked out by hand, dual numbers, or central differences. One file a program, or a family of small ones.

/// A whole file of `tests/data`.
macro_rules! data {
    ($name:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!(
            "../../data/",
            $name,
            ".json"
        )))
        .expect("the file is JSON")
    };
}

mod adbench;
mod attention;
mod bodies;
mod camera;
mod heat;
mod long;
mod memory;
mod mixture;
mod network;
mod numbers;
mod regression;
mod rosenbrock;
mod sequences;
mod transformer;

use ndarray::{Array, Dimension};
use num_dual::Dual64;

/// The values and the Jacobian matrix of a formula over dual numbers, one input at a time.
fn by_duals<const N: usize, const M: usize>(
    formula: impl Fn([Dual64; N]) -> [Dual64; M],
    at: [f64; N],
) -> ([f64; M], [[f64; N]; M]) {
    let mut jacobian = [[0.0; N]; M];
    for input in 0..N {
        let mut point = at.map(Dual64::from_re);
        point[input] = point[input].derivative();
        for (row, output) in jacobian.iter_mut().zip(formula(point)) {
            row[input] = output.eps;
        }
    }
    (
        formula(at.map(Dual64::from_re)).map(|output| output.re),
        jacobian,
    )
}

/// Numbers without a pattern, between -1 and 1, the same in every run; another `stream` gives others.
fn noise<D: Dimension>(extents: impl ndarray::ShapeBuilder<Dim = D>, stream: u64) -> Array<f64, D> {
    let mut state = stream.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    Array::from_shape_simple_fn(extents, move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    })
}

/// Fails unless two arrays agree entry by entry, relative to the largest entry wanted.
#[track_caller]
fn assert_near<D: Dimension>(what: &str, got: &Array<f64, D>, want: &Array<f64, D>) {
    assert_eq!(got.shape(), want.shape(), "{what}: the shape");
    let largest = want
        .iter()
        .fold(0.0_f64, |most, entry| most.max(entry.abs()));
    for (at, (got, want)) in got.iter().zip(want).enumerate() {
        assert!(
            (got - want).abs() <= 1e-12 * largest.max(1.0),
            "{what}, entry {at}: {got}, but it should be {want}"
        );
    }
}
