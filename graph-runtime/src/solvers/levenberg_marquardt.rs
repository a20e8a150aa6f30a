//! Residuals as problems of the crate [`levenberg-marquardt`](https://docs.rs/levenberg-marquardt), a port of MINPACK.
//!
//! Invariant: the problem holds the parameters at which it is asked, and gives what the [`Residuals`] say there.

use ::levenberg_marquardt::LeastSquaresProblem;
use nalgebra::storage::Owned;
use nalgebra::{DMatrix, DVector, Dyn, RealField};

use crate::{Number, Residuals};

/// Residuals, and the parameters at which they are asked, as a least-squares problem.
///
/// ```
/// use graph_runtime::{graph, solvers::levenberg_marquardt::LeastSquares};
/// use levenberg_marquardt::LevenbergMarquardt;
///
/// graph! {
///     fn decay(height, rate, const t: [4], const seen: [4]) -> r { r = height*exp(-rate*t) - seen; }
/// }
///
/// let t = [0.0, 1.0, 2.0, 3.0];
/// let seen = t.map(|t: f64| 5.0 * (-0.7 * t).exp());
/// let problem = LeastSquares::new(decay::Problem { t, seen }, vec![1.0, 0.0]);
/// let (found, report) = LevenbergMarquardt::new().minimize(problem);
/// assert!(report.termination.was_successful());
/// assert!((found.x[0] - 5.0).abs() < 1e-9 && (found.x[1] - 0.7).abs() < 1e-9);
/// ```
#[derive(Clone, Debug)]
pub struct LeastSquares<P, T: RealField> {
    /// The residuals as a function of the parameters.
    pub residuals: P,
    /// The parameters; after a run, those found.
    pub x: DVector<T>,
}

impl<P: Residuals<T>, T: Number + RealField> LeastSquares<P, T> {
    /// The problem of making the residuals small, from these parameters on.
    pub fn new(residuals: P, start: Vec<T>) -> LeastSquares<P, T> {
        LeastSquares {
            residuals,
            x: DVector::from_vec(start),
        }
    }
}

impl<P: Residuals<T>, T: Number + RealField> LeastSquaresProblem<T, Dyn, Dyn>
    for LeastSquares<P, T>
{
    type ResidualStorage = Owned<T, Dyn>;
    type JacobianStorage = Owned<T, Dyn, Dyn>;
    type ParameterStorage = Owned<T, Dyn>;

    fn set_params(&mut self, x: &DVector<T>) {
        self.x.copy_from(x);
    }

    fn params(&self) -> DVector<T> {
        self.x.clone()
    }

    fn residuals(&self) -> Option<DVector<T>> {
        let mut residuals = DVector::from_element(self.residuals.outputs(), T::of(0.0));
        self.residuals
            .residuals(self.x.as_slice(), residuals.as_mut_slice());
        Some(residuals)
    }

    fn jacobian(&self) -> Option<DMatrix<T>> {
        let (rows, columns) = (self.residuals.outputs(), self.x.len());
        let mut residuals = vec![T::of(0.0); rows];
        let mut jacobian = vec![T::of(0.0); rows * columns];
        self.residuals
            .jacobian(self.x.as_slice(), &mut residuals, &mut jacobian);
        Some(DMatrix::from_row_slice(rows, columns, &jacobian))
    }
}
