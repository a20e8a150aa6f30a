//! Nonlinear programs for the crate [`ripopt`](https://docs.rs/ripopt), an interior point method in the manner of Ipopt.
//!
//! Invariant: the solver sees exactly what the [`Program`] says, in the order of its patterns, between the bounds that it is given.
//! Where a value is no finite number the solver is told that there is none, and takes a shorter step.

use std::ops::RangeInclusive;

use ::ripopt::{NlpProblem, SolveResult, SolverOptions};

use crate::Program;

/// A program with the bounds of its parameters and of its constraints.
///
/// A bound that is infinite is none, and constraints are equations where both of their bounds are one number. At first parameters
/// are free, and every constraint is to be 0.
///
/// Problem 71 of Hock and Schittkowski:
///
/// ```
/// use graph_runtime::{graph, solvers::ripopt::Bounded};
/// use ripopt::{SolveStatus, SolverOptions};
///
/// graph! {
///     #[graph(sparse)]
///     fn hs071(x: [4]) -> (cost, product, length) {
///         cost = x[0]*x[3]*(x[0] + x[1] + x[2]) + x[2];
///         product = prod(x);
///         length = dot(x, x);
///     }
/// }
///
/// let program = hs071::Nlp::new([1.0, 5.0, 5.0, 1.0]);
/// let bounded = Bounded::new(program)
///     .parameters(vec![1.0..=5.0; 4])
///     .constraints(vec![25.0..=f64::INFINITY, 40.0..=40.0]);
/// let found = bounded.solve(&SolverOptions { print_level: 0, ..SolverOptions::default() });
/// assert_eq!(found.status, SolveStatus::Optimal);
/// assert!((found.objective - 17.0140173).abs() < 1e-6);
/// ```
#[derive(Clone, Debug)]
pub struct Bounded<P> {
    /// The program itself.
    pub program: P,
    parameters: Vec<RangeInclusive<f64>>,
    constraints: Vec<RangeInclusive<f64>>,
}

impl<P: Program<f64>> Bounded<P> {
    /// The program of free parameters, under equations.
    pub fn new(program: P) -> Bounded<P> {
        Bounded {
            parameters: vec![f64::NEG_INFINITY..=f64::INFINITY; program.parameters()],
            constraints: vec![0.0..=0.0; program.constraint_count()],
            program,
        }
    }

    /// The bounds of each parameter.
    ///
    /// # Panics
    /// Where there are not as many as parameters.
    #[must_use]
    #[track_caller]
    pub fn parameters(mut self, bounds: Vec<RangeInclusive<f64>>) -> Bounded<P> {
        crate::objective::of_length(self.parameters.len(), bounds.len());
        self.parameters = bounds;
        self
    }

    /// The bounds of each constraint.
    ///
    /// # Panics
    /// Where there are not as many as constraints.
    #[must_use]
    #[track_caller]
    pub fn constraints(mut self, bounds: Vec<RangeInclusive<f64>>) -> Bounded<P> {
        crate::objective::of_length(self.constraints.len(), bounds.len());
        self.constraints = bounds;
        self
    }

    /// Runs the solver from the start of the program.
    pub fn solve(&self, options: &SolverOptions) -> SolveResult {
        ::ripopt::solve(self, options)
    }
}

fn write(bounds: &[RangeInclusive<f64>], lower: &mut [f64], upper: &mut [f64]) {
    for ((own, lower), upper) in bounds.iter().zip(lower).zip(upper) {
        (*lower, *upper) = (*own.start(), *own.end());
    }
}

fn are_finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}

impl<P: Program<f64>> NlpProblem for Bounded<P> {
    fn num_variables(&self) -> usize {
        self.parameters.len()
    }

    fn num_constraints(&self) -> usize {
        self.constraints.len()
    }

    fn bounds(&self, lower: &mut [f64], upper: &mut [f64]) {
        write(&self.parameters, lower, upper);
    }

    fn constraint_bounds(&self, lower: &mut [f64], upper: &mut [f64]) {
        write(&self.constraints, lower, upper);
    }

    fn initial_point(&self, x: &mut [f64]) {
        x.copy_from_slice(self.program.start());
    }

    fn objective(&self, x: &[f64], _: bool, value: &mut f64) -> bool {
        *value = self.program.objective(x);
        value.is_finite()
    }

    fn gradient(&self, x: &[f64], _: bool, gradient: &mut [f64]) -> bool {
        self.program.gradient(x, gradient);
        are_finite(gradient)
    }

    fn constraints(&self, x: &[f64], _: bool, constraints: &mut [f64]) -> bool {
        self.program.constraints(x, constraints);
        are_finite(constraints)
    }

    fn jacobian_structure(&self) -> (Vec<usize>, Vec<usize>) {
        let pattern = self.program.jacobian_pattern();
        (pattern.rows.to_vec(), pattern.columns.to_vec())
    }

    fn jacobian_values(&self, x: &[f64], _: bool, values: &mut [f64]) -> bool {
        self.program.jacobian_values(x, values);
        are_finite(values)
    }

    fn hessian_structure(&self) -> (Vec<usize>, Vec<usize>) {
        let pattern = self.program.hessian_pattern();
        (pattern.rows.to_vec(), pattern.columns.to_vec())
    }

    fn hessian_values(
        &self,
        x: &[f64],
        _: bool,
        weight: f64,
        multipliers: &[f64],
        values: &mut [f64],
    ) -> bool {
        self.program.hessian_values(x, weight, multipliers, values);
        are_finite(values)
    }
}
