//! Sparse derivatives: patterns, and nonlinear programs, the bridge to their solvers.
//!
//! A graph under `#[graph(sparse)]` has patterns on `f::Problem`, and of several outputs, the first of which is a number, it is a
//! program too, `f::Nlp`. Invariant: entries are sorted by row and then by column, and no place is there twice; a pattern never
//! changes, so that a solver looks at it once.

#[cfg(any(feature = "faer", feature = "sprs"))]
mod formats;
#[cfg(feature = "ndarray")]
mod places;

#[cfg(feature = "ndarray")]
pub use places::{Along, By, Index, Places, Slot, flattened};

use crate::{Parameters, Real};

/// Which entries of a matrix can be other than zero, in the order in which their values are given: by row, then by column.
///
/// ```
/// use graph_runtime::graph;
///
/// graph! {
///     #[graph(sparse)]
///     fn chain(x: [4]) -> r { r = each(i in 0..3, x[i + 1] - x[i]^2); }
/// }
///
/// let pattern = chain::Problem.jacobian_pattern();
/// assert_eq!(pattern.rows, [0, 0, 1, 1, 2, 2]);
/// assert_eq!(pattern.columns, [0, 1, 1, 2, 2, 3]);
/// assert_eq!(pattern.shape, [3, 4]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern<'p> {
    /// The row of each entry, counted from 0.
    pub rows: &'p [usize],
    /// The column of each entry, counted from 0.
    pub columns: &'p [usize],
    /// How many rows and columns the matrix has.
    pub shape: [usize; 2],
}

impl Pattern<'_> {
    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether every entry is zero.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The place of each entry.
    pub fn places(&self) -> impl ExactSizeIterator<Item = (usize, usize)> + '_ {
        let places = self.rows.iter().zip(self.columns);
        places.map(|(row, column)| (*row, *column))
    }
}

/// A nonlinear program: a number to be minimised, and constraints, with sparse derivatives of both.
///
/// `f::Nlp` of a graph with several outputs is one, where the first output is a number and `#[graph(sparse)]` stands above the
/// `fn`. The parameter vector is that of `f::Problem`, and the constraints are the outputs behind the first one, arrays row by
/// row. What the constraints have to be, their bounds, is said to the solver.
///
/// ```
/// use graph_runtime::{Program, graph};
///
/// graph! {
///     /// The point of a circle at which a sum is smallest.
///     #[graph(sparse)]
///     fn circle(x, y) -> (cost, on_circle) {
///         cost = x + y;
///         on_circle = x^2 + y^2 - 2;
///     }
/// }
///
/// fn lagrangian_slope(program: &impl Program<f64>, x: &[f64], multiplier: f64) -> Vec<f64> {
///     let mut slope = vec![0.0; program.parameters()];
///     program.gradient(x, &mut slope);
///     let mut values = vec![0.0; program.jacobian_pattern().len()];
///     program.jacobian_values(x, &mut values);
///     for ((_, column), value) in program.jacobian_pattern().places().zip(&values) {
///         slope[column] += multiplier * value;
///     }
///     slope
/// }
///
/// let program = circle::Nlp::new(1.0, -1.0);
/// assert_eq!(lagrangian_slope(&program, &[-1.0, -1.0], 0.5), [0.0, 0.0]);
/// let mut values = [0.0; 2];
/// program.hessian_values(program.start(), 1.0, &[0.5], &mut values);
/// assert_eq!(values, [1.0, 1.0]); // on the diagonal; x and y never meet
/// ```
///
/// # Panics
/// The methods of a generated program panic where a vector has the wrong length.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no nonlinear program over `{T}`",
    note = "a graph of several outputs, the first a number, gives one under `#[graph(sparse)]`: `f::Nlp`"
)]
pub trait Program<T: Real>: Parameters {
    /// A point to start from.
    fn start(&self) -> &[T];

    /// How many numbers the constraints are.
    fn constraint_count(&self) -> usize;

    /// What is minimised, at `x`.
    fn objective(&self, x: &[T]) -> T;

    /// What is minimised, at `x`, and in `gradient` the partial derivative by each parameter.
    fn gradient(&self, x: &[T], gradient: &mut [T]) -> T;

    /// Writes the constraints at `x`.
    fn constraints(&self, x: &[T], constraints: &mut [T]);

    /// Where [`jacobian_values`](Program::jacobian_values) stand: a row per constraint, a column per parameter.
    fn jacobian_pattern(&self) -> Pattern<'_>;

    /// Writes the partial derivatives of the constraints at `x`.
    fn jacobian_values(&self, x: &[T], values: &mut [T]);

    /// Where [`hessian_values`](Program::hessian_values) stand: the lower triangle, the diagonal included.
    fn hessian_pattern(&self) -> Pattern<'_>;

    /// Writes the second partial derivatives, at `x`, of the Lagrangian: `weight` times the objective, plus the sum of the
    /// constraints, each times its multiplier.
    fn hessian_values(&self, x: &[T], weight: T, multipliers: &[T], values: &mut [T]);
}

/// A program is also used by reference.
impl<T: Real, P: Program<T> + ?Sized> Program<T> for &P {
    fn start(&self) -> &[T] {
        (**self).start()
    }

    fn constraint_count(&self) -> usize {
        (**self).constraint_count()
    }

    fn objective(&self, x: &[T]) -> T {
        (**self).objective(x)
    }

    fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
        (**self).gradient(x, gradient)
    }

    fn constraints(&self, x: &[T], constraints: &mut [T]) {
        (**self).constraints(x, constraints);
    }

    fn jacobian_pattern(&self) -> Pattern<'_> {
        (**self).jacobian_pattern()
    }

    fn jacobian_values(&self, x: &[T], values: &mut [T]) {
        (**self).jacobian_values(x, values);
    }

    fn hessian_pattern(&self) -> Pattern<'_> {
        (**self).hessian_pattern()
    }

    fn hessian_values(&self, x: &[T], weight: T, multipliers: &[T], values: &mut [T]) {
        (**self).hessian_values(x, weight, multipliers, values);
    }
}
