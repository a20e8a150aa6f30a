//! Right sides of differential equations for the solvers of the crate [`diffsol`](https://docs.rs/diffsol).
//!
//! Invariant: the builder is told exactly what the [`Dynamics`] say, with the signs that it asks for. All else, from tolerances to
//! events, is told to it as ever.

use ::diffsol::op::closure_with_sens::ClosureWithSens;
use ::diffsol::op::constant_closure_with_sens::ConstantClosureWithSens;
use ::diffsol::op::linear_closure_with_adjoint::LinearClosureWithAdjoint;
use ::diffsol::{Closure, ClosureWithAdjoint, ConstantClosureWithAdjoint};
use ::diffsol::{LinearClosure, Matrix, OdeBuilder};

use crate::{Directional, Dynamics, Real};

/// What graphs tell a builder of diffsol: its right side, its mass matrix and where it starts.
///
/// The right side is `f::Ode` of a graph with `#[graph(ode)]`, or any other [`Dynamics`]; diffsol's parameters are its `p`, in the
/// order of the graph's inputs, arrays row by row. What is passed is cloned for each function of the problem: a reference will do,
/// and a problem that shall outlive the graph takes it by value.
///
/// ```
/// use diffsol::{NalgebraLU, NalgebraMat, OdeBuilder, OdeSolverMethod};
/// use graph_runtime::{graph, solvers::diffsol::Graphs};
///
/// graph! {
///     #[graph(ode)]
///     fn logistic(_t, y, rate, capacity) -> dy { dy = rate*y*(1 - y/capacity); }
/// }
///
/// let problem = OdeBuilder::<NalgebraMat<f64>>::new()
///     .rtol(1e-8)
///     .atol([1e-8])
///     .p([1.0, 10.0])
///     .rhs_graph(logistic::Ode {})
///     .init(|_, _, y| y[0] = 0.1, 1)
///     .build()?;
/// let (y, _) = problem.bdf::<NalgebraLU<f64>>()?.solve_dense(&[2.0, 4.0])?;
/// let exact = |t: f64| 10.0 / (1.0 + 99.0 * (-t).exp());
/// assert!((y[(0, 1)] - exact(4.0)).abs() < 1e-5);
/// # Ok::<(), diffsol::DiffsolError>(())
/// ```
///
/// # Panics
/// The problem panics where diffsol's parameters or states are not as many as the graph's.
#[allow(
    clippy::type_complexity,
    reason = "a builder is a type of the types of its functions"
)]
pub trait Graphs<M, Rhs, Init, Mass, Root, Out, Reset>:
    Into<OdeBuilder<M, Rhs, Init, Mass, Root, Out, Reset>>
where
    M: Matrix,
    M::T: Real,
{
    /// The right side with its Jacobian: for all solvers.
    fn rhs_graph(
        self,
        ode: impl Dynamics<M::T> + Clone,
    ) -> OdeBuilder<
        M,
        Closure<
            M,
            impl Fn(&[M::T], &[M::T], M::T, &mut [M::T]),
            impl Fn(&[M::T], &[M::T], M::T, &[M::T], &mut [M::T]),
        >,
        Init,
        Mass,
        Root,
        Out,
        Reset,
    > {
        self.into().rhs_implicit(rhs(ode.clone()), jac_mul(ode))
    }

    /// The same with its partial derivatives by the parameters: for sensitivities forward in time.
    fn rhs_graph_sens(
        self,
        ode: impl Dynamics<M::T> + Clone,
    ) -> OdeBuilder<
        M,
        ClosureWithSens<
            M,
            impl Fn(&[M::T], &[M::T], M::T, &mut [M::T]),
            impl Fn(&[M::T], &[M::T], M::T, &[M::T], &mut [M::T]),
            impl Fn(&[M::T], &[M::T], M::T, &[M::T], &mut [M::T]),
        >,
        Init,
        Mass,
        Root,
        Out,
        Reset,
    > {
        let by_state = jac_mul(ode.clone());
        self.into()
            .rhs_sens_implicit(rhs(ode.clone()), by_state, move |y, p, t, v, out| {
                ode.sens_mul(t, y, p, v, out);
            })
    }

    /// The same with both transposed: for the adjoint equations, backward in time.
    fn rhs_graph_adjoint(
        self,
        ode: impl Dynamics<M::T> + Clone,
    ) -> OdeBuilder<
        M,
        ClosureWithAdjoint<
            M,
            impl Fn(&[M::T], &[M::T], M::T, &mut [M::T]),
            impl Fn(&[M::T], &[M::T], M::T, &[M::T], &mut [M::T]),
            impl Fn(&[M::T], &[M::T], M::T, &[M::T], &mut [M::T]),
            impl Fn(&[M::T], &[M::T], M::T, &[M::T], &mut [M::T]),
        >,
        Init,
        Mass,
        Root,
        Out,
        Reset,
    > {
        let (right, by_state, of_state) = (rhs(ode.clone()), jac_mul(ode.clone()), ode.clone());
        self.into().rhs_adjoint_implicit(
            right,
            by_state,
            move |y, p, t, v, out| {
                of_state.jac_transpose_mul(t, y, p, v, out);
                negate(out);
            },
            move |y, p, t, v, out| {
                ode.sens_transpose_mul(t, y, p, v, out);
                negate(out);
            },
        )
    }

    /// The mass matrix: a graph like the right side's that is linear in its state, and gives the matrix times that.
    fn mass_graph(
        self,
        mass: impl Dynamics<M::T> + Clone,
    ) -> OdeBuilder<
        M,
        Rhs,
        Init,
        LinearClosure<M, impl Fn(&[M::T], &[M::T], M::T, M::T, &mut [M::T])>,
        Root,
        Out,
        Reset,
    > {
        self.into().mass(mass_mul(mass))
    }

    /// The same with the transposed matrix: for the adjoint equations. diffsol holds a mass matrix for independent of parameters.
    fn mass_graph_adjoint(
        self,
        mass: impl Dynamics<M::T> + Clone,
    ) -> OdeBuilder<
        M,
        Rhs,
        Init,
        LinearClosureWithAdjoint<
            M,
            impl Fn(&[M::T], &[M::T], M::T, M::T, &mut [M::T]),
            impl Fn(&[M::T], &[M::T], M::T, M::T, &mut [M::T]),
        >,
        Root,
        Out,
        Reset,
    > {
        self.into()
            .mass_adjoint(mass_mul(mass.clone()), move |v, p, t, beta, out| {
                scale_and_add(beta, out, |product| {
                    // Of a linear function the Jacobian is the same everywhere.
                    mass.jac_transpose_mul(t, v, p, v, product);
                });
            })
    }

    /// Where the state starts, as a function of all parameters: the `Problem` of a graph of them, for sensitivities forward in time.
    fn init_graph_sens(
        self,
        start: impl Directional<M::T> + Clone,
    ) -> OdeBuilder<
        M,
        Rhs,
        ConstantClosureWithSens<
            M,
            impl Fn(&[M::T], M::T, &mut [M::T]),
            impl Fn(&[M::T], M::T, &[M::T], &mut [M::T]),
        >,
        Mass,
        Root,
        Out,
        Reset,
    > {
        let (states, first) = (start.seeds(), values(start.clone()));
        let moved = move |p: &[M::T], _: M::T, v: &[M::T], out: &mut [M::T]| {
            start.jvp(p, v, &mut zeros(out.len()), out);
        };
        self.into().init_sens(first, moved, states)
    }

    /// The same for the adjoint equations.
    fn init_graph_adjoint(
        self,
        start: impl Directional<M::T> + Clone,
    ) -> OdeBuilder<
        M,
        Rhs,
        ConstantClosureWithAdjoint<
            M,
            impl Fn(&[M::T], M::T, &mut [M::T]),
            impl Fn(&[M::T], M::T, &[M::T], &mut [M::T]),
        >,
        Mass,
        Root,
        Out,
        Reset,
    > {
        let (states, first) = (start.seeds(), values(start.clone()));
        let back = move |p: &[M::T], _: M::T, v: &[M::T], out: &mut [M::T]| {
            start.vjp(p, v, &mut zeros(v.len()), out);
            negate(out);
        };
        self.into().init_adjoint(first, back, states)
    }
}

impl<M, Rhs, Init, Mass, Root, Out, Reset> Graphs<M, Rhs, Init, Mass, Root, Out, Reset>
    for OdeBuilder<M, Rhs, Init, Mass, Root, Out, Reset>
where
    M: Matrix,
    M::T: Real,
{
}

fn rhs<T: Real>(ode: impl Dynamics<T>) -> impl Fn(&[T], &[T], T, &mut [T]) {
    move |y, p, t, dy| ode.rhs(t, y, p, dy)
}

fn jac_mul<T: Real>(ode: impl Dynamics<T>) -> impl Fn(&[T], &[T], T, &[T], &mut [T]) {
    move |y, p, t, v, out| ode.jac_mul(t, y, p, v, out)
}

fn mass_mul<T: Real + PartialEq>(mass: impl Dynamics<T>) -> impl Fn(&[T], &[T], T, T, &mut [T]) {
    move |v, p, t, beta, out| scale_and_add(beta, out, |product| mass.rhs(t, v, p, product))
}

fn values<T: Real>(start: impl Directional<T>) -> impl Fn(&[T], T, &mut [T]) {
    move |p, _, y| start.jvp(p, &zeros(p.len()), y, &mut zeros(y.len()))
}

/// What `product` writes, and `beta` times what is there, which may be anything where `beta` is 0.
fn scale_and_add<T: Real + PartialEq>(beta: T, out: &mut [T], product: impl FnOnce(&mut [T])) {
    let before = match beta == T::of(0.0) {
        true => Vec::new(),
        false => out.to_vec(),
    };
    product(out);
    let both = out.iter_mut().zip(before);
    both.for_each(|(out, before)| *out = *out + beta * before);
}

/// diffsol asks for the negative of what is transposed.
fn negate<T: Real>(out: &mut [T]) {
    out.iter_mut().for_each(|entry| *entry = -*entry);
}

fn zeros<T: Real>(count: usize) -> Vec<T> {
    vec![T::of(0.0); count]
}
