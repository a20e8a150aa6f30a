//! Differential equations whose right sides are graphs, solved by `diffsol`: against exact solutions, published ones, difference
//! quotients, and the same equations integrated by many small steps of a `fold`, with the gradient that goes through all of them.

mod heat;
mod logistic;
mod masses;
mod robertson;
mod springs;

use diffsol::{NalgebraLU, NalgebraMat, OdeBuilder};

type Matrix = NalgebraMat<f64>;
type Solver = NalgebraLU<f64>;

/// A builder that asks for more than any test looks at.
fn precisely() -> OdeBuilder<Matrix> {
    OdeBuilder::new()
        .rtol(1e-10)
        .atol([1e-12])
        .sens_rtol(1e-10)
        .sens_atol([1e-12])
}

/// Whether numbers are those expected, relative to what they are.
#[track_caller]
fn are_near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let error = (found - expected).abs();
        assert!(
            error <= tolerance * expected.abs(),
            "{found} is not {expected}: {error:e} off"
        );
    }
}

/// How an array changes with each entry of a vector, by central differences relative to the entries: column by column.
fn differences(p: &[f64], of: impl Fn(&[f64]) -> Vec<f64>) -> Vec<Vec<f64>> {
    let column = |at: usize| {
        let step = 1e-4 * p[at];
        let moved = |by: f64| {
            let mut p = p.to_vec();
            p[at] += by;
            of(&p)
        };
        // Of fourth order, so that the step can be so large that the solver's error is nothing to it.
        let [a, b, c, d] = [-2.0, -1.0, 1.0, 2.0].map(|times| moved(times * step));
        let slope = |at: usize| (8.0 * (c[at] - b[at]) - (d[at] - a[at])) / (12.0 * step);
        (0..a.len()).map(slope).collect()
    };
    (0..p.len()).map(column).collect()
}
