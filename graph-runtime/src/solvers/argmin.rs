//! Objectives as problems of the crate [`argmin`](https://docs.rs/argmin).
//!
//! Invariant: the solver sees exactly what the [`Objective`] says, in vectors and matrices of the kind it was asked for.

use core::marker::PhantomData;

use ::argmin::core::{CostFunction, Error, Gradient, Hessian};

use crate::{Number, Objective, SecondOrder};

/// An objective as argmin's problem, over parameter vectors of type `V`.
///
/// It has argmin's `CostFunction` and `Gradient`, and for second-order solvers its `Hessian` where the objective has
/// [second derivatives](SecondOrder). `V` is `Vec<f64>` or `Vec<f32>` unless said otherwise; solvers that invert the
/// Hessian, such as `Newton`, need `nalgebra`'s `DVector` (feature `nalgebra`).
///
/// ```
/// use argmin::core::{Executor, State};
/// use argmin::solver::{linesearch::MoreThuenteLineSearch, quasinewton::LBFGS};
/// use graph_runtime::{graph, solvers::argmin::Argmin};
///
/// graph! { fn valley(x: [2], const steepness) -> z { z = (1 - x[0])^2 + steepness*(x[1] - x[0]^2)^2; } }
///
/// let problem = Argmin::new(valley::Problem { steepness: 100.0 });
/// let solver = LBFGS::new(MoreThuenteLineSearch::new(), 7);
/// let run = Executor::new(problem, solver)
///     .configure(|state| state.param(vec![-1.2_f64, 1.0]).max_iters(100))
///     .run()?;
/// let best = run.state().get_best_param().unwrap();
/// assert!((best[0] - 1.0).abs() < 1e-6 && (best[1] - 1.0).abs() < 1e-6);
/// # Ok::<(), argmin::core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Argmin<P, V = Vec<f64>> {
    /// The objective itself.
    pub objective: P,
    vectors: PhantomData<fn(V) -> V>,
}

impl<P, V: Vector> Argmin<P, V> {
    /// The objective as argmin's problem.
    pub fn new(objective: P) -> Argmin<P, V> {
        Argmin {
            objective,
            vectors: PhantomData,
        }
    }
}

/// A parameter vector that argmin computes with, and the matrix that belongs to it.
pub trait Vector: Sized {
    /// What it is made of.
    type Number: Number;
    /// The matrix of second derivatives.
    type Matrix;

    /// Its entries.
    fn entries(&self) -> &[Self::Number];
    /// A vector of these entries.
    fn of_entries(entries: Vec<Self::Number>) -> Self;
    /// A square matrix of these entries, row by row.
    fn matrix(size: usize, entries: Vec<Self::Number>) -> Self::Matrix;
}

impl<T: Number> Vector for Vec<T> {
    type Number = T;
    type Matrix = Vec<Vec<T>>;

    fn entries(&self) -> &[T] {
        self
    }

    fn of_entries(entries: Vec<T>) -> Vec<T> {
        entries
    }

    fn matrix(size: usize, entries: Vec<T>) -> Vec<Vec<T>> {
        entries.chunks(size.max(1)).map(<[T]>::to_vec).collect()
    }
}

#[cfg(feature = "nalgebra")]
impl<T: Number + nalgebra::Scalar> Vector for nalgebra::DVector<T> {
    type Number = T;
    type Matrix = nalgebra::DMatrix<T>;

    fn entries(&self) -> &[T] {
        self.as_slice()
    }

    fn of_entries(entries: Vec<T>) -> Self {
        nalgebra::DVector::from_vec(entries)
    }

    fn matrix(size: usize, entries: Vec<T>) -> nalgebra::DMatrix<T> {
        nalgebra::DMatrix::from_row_iterator(size, size, entries)
    }
}

fn zeros<T: Number>(count: usize) -> Vec<T> {
    vec![T::of(0.0); count]
}

impl<V: Vector, P: Objective<V::Number>> CostFunction for Argmin<P, V> {
    type Param = V;
    type Output = V::Number;

    fn cost(&self, x: &V) -> Result<V::Number, Error> {
        Ok(self.objective.value(x.entries()))
    }
}

impl<V: Vector, P: Objective<V::Number>> Gradient for Argmin<P, V> {
    type Param = V;
    type Gradient = V;

    fn gradient(&self, x: &V) -> Result<V, Error> {
        let mut gradient = zeros(self.objective.parameters());
        self.objective.gradient(x.entries(), &mut gradient);
        Ok(V::of_entries(gradient))
    }
}

impl<V: Vector, P: SecondOrder<V::Number>> Hessian for Argmin<P, V> {
    type Param = V;
    type Hessian = V::Matrix;

    fn hessian(&self, x: &V) -> Result<V::Matrix, Error> {
        let count = self.objective.parameters();
        let (mut gradient, mut hessian) = (zeros(count), zeros(count * count));
        self.objective
            .hessian(x.entries(), &mut gradient, &mut hessian);
        Ok(V::matrix(count, hessian))
    }
}
