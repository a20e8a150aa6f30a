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
