//! Right sides of differential equations: the bridge to everything that solves one.
//!
//! A graph `f` gives one, `f::Ode`; a type of one's own joins by the same trait. Invariant: as for objectives, nothing here
//! allocates or fails, and a vector of the wrong length is a mistake in the program, and panics.

use crate::Real;

/// The right side of `dy/dt = f(t, y, p)`, and products with its partial derivatives: what an implicit solver and the equations
/// of sensitivities ask for.
///
/// A graph of a time, of a state and of anything else, whose output has the shape of the state, gives one where it is asked to by
/// `#[graph(ode)]`: `f::Ode`, which is its `Problem` by another name. The state is the vector `y`, what stands behind it is the
/// vector `p`, arrays row by row, and `const` inputs are bound. Each product is a function of its own, in which what is not moved
/// is not differentiated by.
///
/// ```
/// use graph_runtime::{Dynamics, graph};
///
/// graph! {
///     #[graph(ode)]
///     fn logistic(_t, y, rate, capacity) -> dy { dy = rate*y*(1 - y/capacity); }
/// }
///
/// let ode = logistic::Ode {};
/// let (t, y, p, mut out) = (0.0, [2.0], [0.5, 4.0], [0.0]);
/// ode.rhs(t, &y, &p, &mut out);
/// assert_eq!(out, [0.5]);
/// ode.jac_mul(t, &y, &p, &[1.0], &mut out); // rate*(1 - 2*y/capacity)
/// assert_eq!(out, [0.0]);
/// let mut by_p = [0.0; 2];
/// ode.sens_transpose_mul(t, &y, &p, &[1.0], &mut by_p);
/// assert_eq!(by_p, [1.0, 0.125]);
/// ```
///
/// With the feature `diffsol`, solvers of the crate of that name take it; a step of your own is a few lines:
///
/// ```
/// # use graph_runtime::Dynamics;
/// fn euler(ode: &impl Dynamics<f64>, t: f64, y: &mut [f64], p: &[f64], step: f64) {
///     let mut dy = vec![0.0; ode.states()];
///     ode.rhs(t, y, p, &mut dy);
///     y.iter_mut().zip(&dy).for_each(|(y, dy)| *y += step * dy);
/// }
/// ```
///
/// # Panics
/// The methods of a generated problem panic where a vector has the wrong length.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no right side of a differential equation over `{T}`",
    note = "a graph `fn f(t, y: …, p: …) -> dy` is one on request: write `#[graph(ode)]` above its `fn`"
)]
pub trait Dynamics<T: Real> {
    /// How many entries `y` has.
    fn states(&self) -> usize;

    /// How many entries `p` has.
    fn coefficients(&self) -> usize;

    /// Writes how the state changes.
    fn rhs(&self, t: T, y: &[T], p: &[T], dy: &mut [T]);

    /// Writes how `dy` changes where `y` moves along `v`: the Jacobian times `v`.
    fn jac_mul(&self, t: T, y: &[T], p: &[T], v: &[T], out: &mut [T]);

    /// Writes the gradient by `y` of the entries of `dy`, weighted by `v` and summed: the transposed Jacobian times `v`.
    fn jac_transpose_mul(&self, t: T, y: &[T], p: &[T], v: &[T], out: &mut [T]);

    /// Writes how `dy` changes where `p` moves along `v`.
    fn sens_mul(&self, t: T, y: &[T], p: &[T], v: &[T], out: &mut [T]);

    /// Writes the gradient by `p` of the entries of `dy`, weighted by `v` and summed.
    fn sens_transpose_mul(&self, t: T, y: &[T], p: &[T], v: &[T], out: &mut [T]);
}

/// A right side is also used by reference.
impl<T: Real, P: Dynamics<T> + ?Sized> Dynamics<T> for &P {
    fn states(&self) -> usize {
        (**self).states()
    }

    fn coefficients(&self) -> usize {
        (**self).coefficients()
    }

    fn rhs(&self, t: T, y: &[T], p: &[T], dy: &mut [T]) {
        (**self).rhs(t, y, p, dy);
    }

    fn jac_mul(&self, t: T, y: &[T], p: &[T], v: &[T], out: &mut [T]) {
        (**self).jac_mul(t, y, p, v, out);
    }

    fn jac_transpose_mul(&self, t: T, y: &[T], p: &[T], v: &[T], out: &mut [T]) {
        (**self).jac_transpose_mul(t, y, p, v, out);
    }

    fn sens_mul(&self, t: T, y: &[T], p: &[T], v: &[T], out: &mut [T]) {
        (**self).sens_mul(t, y, p, v, out);
    }

    fn sens_transpose_mul(&self, t: T, y: &[T], p: &[T], v: &[T], out: &mut [T]) {
        (**self).sens_transpose_mul(t, y, p, v, out);
    }
}
