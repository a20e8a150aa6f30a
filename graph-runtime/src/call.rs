//! What a call of another graph, or of an operation written by hand, is held to: the types of its value and adjoints.
//!
//! Invariant: these traits do nothing. They are where a wrong type is met, with words for what is wrong with it.

/// Stands where a called graph holds an argument constant, so that there is no adjoint to use.
#[derive(Clone, Copy, Debug)]
pub struct Held;

/// A value of the type that a call should give.
#[diagnostic::on_unimplemented(
    message = "this call gives `{Self}`, but the graph expects `{V}`",
    label = "gives `{Self}`",
    note = "a call gives a number unless its definition says a shape, as in `y: [3] = operation(x);`"
)]
pub trait ValueOf<V> {
    /// The value itself.
    fn get(self) -> V;
    /// A seed of the value, as the operation's own type.
    fn seed(seed: V) -> Self;
}

impl<V> ValueOf<V> for V {
    #[inline]
    fn get(self) -> V {
        self
    }

    #[inline]
    fn seed(seed: V) -> V {
        seed
    }
}

/// The adjoint of an argument of type `A`.
#[diagnostic::on_unimplemented(
    message = "the `vjp` of this call gives `{Self}` as the adjoint of an argument of type `{A}`",
    label = "`{Self}` is not the adjoint of a `{A}`",
    note = "`vjp` returns the value and a closure, which takes a seed of the value's type and gives an adjoint for each argument, \
            of the argument's type",
    note = "`Held` stands for an input that a graph holds `const`: it cannot be differentiated by"
)]
pub trait AdjointOf<A> {
    /// The adjoint itself.
    fn get(self) -> A;
}

impl<A> AdjointOf<A> for A {
    #[inline]
    fn get(self) -> A {
        self
    }
}

/// What stands where an operation has no pullback by position, as generated graphs do.
#[derive(Clone, Copy, Debug)]
pub struct NoPositions;

/// What one of two pullbacks returns: that by position of a generated graph, or else `vjp`, which gives a `Q`.
#[diagnostic::on_unimplemented(
    message = "this function has no `vjp`, by which a graph would get its derivative",
    label = "no `vjp` of this name that returns a value and a closure",
    note = "an operation is a function and, in a module of the same name, a `vjp`, which takes the same and returns the value and \
            a closure from its seed to the adjoint of each argument"
)]
pub trait Pullback<Q> {
    /// The value's type.
    type Value;
    /// The closure's type.
    type Pull;
    /// Runs the one that there is.
    fn run(
        by_position: impl FnOnce() -> Self,
        vjp: impl FnOnce() -> Q,
    ) -> (Self::Value, Self::Pull);
}

#[diagnostic::do_not_recommend]
impl<R, P> Pullback<(R, P)> for NoPositions {
    type Value = R;
    type Pull = P;

    #[inline]
    fn run(_: impl FnOnce() -> NoPositions, vjp: impl FnOnce() -> (R, P)) -> (R, P) {
        vjp()
    }
}

/// A second case, lest rustc take the first for granted before it knows what there is.
#[diagnostic::do_not_recommend]
impl Pullback<NoPositions> for NoPositions {
    type Value = NoPositions;
    type Pull = NoPositions;

    fn run(
        by_position: impl FnOnce() -> NoPositions,
        vjp: impl FnOnce() -> NoPositions,
    ) -> (NoPositions, NoPositions) {
        (by_position(), vjp())
    }
}

#[diagnostic::do_not_recommend]
impl<Q, R, P> Pullback<Q> for (R, P) {
    type Value = R;
    type Pull = P;

    #[inline]
    fn run(by_position: impl FnOnce() -> (R, P), _: impl FnOnce() -> Q) -> (R, P) {
        by_position()
    }
}

/// The same where there are arrays of any size, whose shapes may not fit.
#[cfg(feature = "ndarray")]
#[diagnostic::on_unimplemented(
    message = "this function has no `vjp` over arrays, by which a graph would get its derivative",
    label = "no `vjp` of this name that returns a `Result` of a value and a closure",
    note = "an operation is a function and, in a module of the same name, a `vjp`, which takes the same and returns the value and \
            a closure from its seed to the adjoint of each argument"
)]
pub trait TryPullback<Q> {
    /// The value's type.
    type Value;
    /// The closure's type.
    type Pull;
    /// Runs the one that there is.
    fn run(
        by_position: impl FnOnce() -> Self,
        vjp: impl FnOnce() -> Q,
    ) -> Result<(Self::Value, Self::Pull), crate::ShapeError>;
}

#[cfg(feature = "ndarray")]
#[diagnostic::do_not_recommend]
impl<R, P> TryPullback<Result<(R, P), crate::ShapeError>> for NoPositions {
    type Value = R;
    type Pull = P;

    #[inline]
    fn run(
        _: impl FnOnce() -> NoPositions,
        vjp: impl FnOnce() -> Result<(R, P), crate::ShapeError>,
    ) -> Result<(R, P), crate::ShapeError> {
        vjp()
    }
}

#[cfg(feature = "ndarray")]
#[diagnostic::do_not_recommend]
impl TryPullback<NoPositions> for NoPositions {
    type Value = NoPositions;
    type Pull = NoPositions;

    fn run(
        by_position: impl FnOnce() -> NoPositions,
        vjp: impl FnOnce() -> NoPositions,
    ) -> Result<(NoPositions, NoPositions), crate::ShapeError> {
        Ok((by_position(), vjp()))
    }
}

#[cfg(feature = "ndarray")]
#[diagnostic::do_not_recommend]
impl<Q, R, P> TryPullback<Q> for Result<(R, P), crate::ShapeError> {
    type Value = R;
    type Pull = P;

    #[inline]
    fn run(
        by_position: impl FnOnce() -> Result<(R, P), crate::ShapeError>,
        _: impl FnOnce() -> Q,
    ) -> Result<(R, P), crate::ShapeError> {
        by_position()
    }
}
