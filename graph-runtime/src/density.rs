//! Log densities over all of ℝⁿ: the bridge to samplers and to everything that maximises one.
//!
//! A graph with domains or with `~` gives one, `f::LogDensity`; a type of one's own joins by the same trait. Invariant: as for
//! objectives, nothing here allocates or fails, and a vector of the wrong length is a mistake in the program, and panics.

use crate::{Name, Objective, Parameters, Real, Record, SecondOrder};

/// A log density of free numbers, each of which may be any, and the inputs that they stand for.
///
/// `f::LogDensity` of a graph whose inputs have domains is the graph's value at these inputs plus the logarithm of the absolute
/// Jacobian determinant of the way to them, by the transforms of Stan's reference manual.
///
/// ```
/// use graph_runtime::{Density, Record, graph};
///
/// graph! {
///     /// A normal distribution of unknown mean and standard deviation.
///     fn model(const y: [4], mu, sigma > 0) -> lp {
///         lp = sum(y ~ normal(mu, sigma)) + (mu ~ normal(0, 10)) + (sigma ~ exponential(1));
///     }
/// }
///
/// let density = model::LogDensity::new([1.0, 2.0, 4.0, 5.0], 3.0, 2.0);
/// assert_eq!(density.dimension(), 2);
/// assert_eq!(density.start(), [3.0, 2.0_f64.ln()]);
///
/// let mut gradient = [0.0; 2];
/// let at_start = density.value_and_gradient(&[3.0, 2.0_f64.ln()], &mut gradient);
/// // The change of variables adds ln σ.
/// let model: f64 = model([1.0, 2.0, 4.0, 5.0], 3.0, 2.0);
/// assert!((at_start - (model + 2.0_f64.ln())).abs() < 1e-14);
///
/// let inputs = density.constrain(&[0.5, -1.0]);
/// assert_eq!((inputs.mu, inputs.sigma), (0.5, (-1.0_f64).exp()));
/// ```
///
/// # Panics
/// The methods panic where a vector has the wrong length.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no log density over `{T}`",
    note = "a graph with domains, as in `sigma > 0`, or with `~` gives one: `f::LogDensity`"
)]
pub trait Density<T: Real>: Parameters {
    /// The inputs, by name.
    type Inputs: Record<T>;

    /// A point to start from.
    fn start(&self) -> &[T];

    /// The log density at `u`.
    fn value(&self, u: &[T]) -> T;

    /// The log density at `u`, and in `gradient` the partial derivative by each free number.
    fn value_and_gradient(&self, u: &[T], gradient: &mut [T]) -> T;

    /// The inputs that free numbers stand for.
    fn constrain(&self, u: &[T]) -> Self::Inputs;
}

/// A [`Density`] with second derivatives: a graph's `LogDensity` has them where the graph asks for them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no second derivatives",
    note = "a graph makes them on request: write `#[graph(hessian)]` above its `fn`"
)]
pub trait SecondOrderDensity<T: Real>: Density<T> {
    /// The log density at `u`, in `gradient` its gradient, and in `hessian` the second partial derivatives, row by row.
    ///
    /// # Panics
    /// Where `hessian` does not have as many entries as the square of the dimension.
    fn hessian(&self, u: &[T], gradient: &mut [T], hessian: &mut [T]) -> T;
}

/// A log density is also used by reference.
impl<T: Real, D: Density<T> + ?Sized> Density<T> for &D {
    type Inputs = D::Inputs;

    fn start(&self) -> &[T] {
        (**self).start()
    }

    fn value(&self, u: &[T]) -> T {
        (**self).value(u)
    }

    fn value_and_gradient(&self, u: &[T], gradient: &mut [T]) -> T {
        (**self).value_and_gradient(u, gradient)
    }

    fn constrain(&self, u: &[T]) -> D::Inputs {
        (**self).constrain(u)
    }
}

impl<T: Real, D: SecondOrderDensity<T> + ?Sized> SecondOrderDensity<T> for &D {
    fn hessian(&self, u: &[T], gradient: &mut [T], hessian: &mut [T]) -> T {
        (**self).hessian(u, gradient, hessian)
    }
}

/// Minus a log density, for what minimises: its least value is at the mode.
///
/// ```
/// use graph_runtime::{Negative, Objective, graph};
///
/// graph! { fn model(x > 0) -> lp { lp = x ~ gamma(3, 2); } }
///
/// let density = model::LogDensity::new(1.0);
/// let objective = Negative(&density);
/// assert_eq!(objective.value(&[0.5]), -density.value(&[0.5]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Negative<D>(pub D);

impl<D: Parameters> Parameters for Negative<D> {
    fn parameters(&self) -> usize {
        self.0.parameters()
    }

    fn name(&self, at: usize) -> Name {
        self.0.name(at)
    }
}

impl<T: Real, D: Density<T>> Objective<T> for Negative<D> {
    fn value(&self, x: &[T]) -> T {
        -self.0.value(x)
    }

    fn gradient(&self, x: &[T], gradient: &mut [T]) -> T {
        let value = self.0.value_and_gradient(x, gradient);
        gradient.iter_mut().for_each(|entry| *entry = -*entry);
        -value
    }
}

impl<T: Real, D: SecondOrderDensity<T>> SecondOrder<T> for Negative<D> {
    fn hessian(&self, x: &[T], gradient: &mut [T], hessian: &mut [T]) -> T {
        let value = self.0.hessian(x, gradient, hessian);
        let entries = gradient.iter_mut().chain(hessian);
        entries.for_each(|entry| *entry = -*entry);
        -value
    }
}
