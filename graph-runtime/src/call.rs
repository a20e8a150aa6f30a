//! What a call of another graph, or of an operation written by hand, is held to: the types of its value and adjoints.
//!
//! Invariant: these traits do nothing. They are where a wrong type is met, with words for what is wrong with it.

use core::marker::PhantomData;

use crate::Real;

/// Stands where a called graph holds an argument constant, so that there is no adjoint to use.
#[derive(Clone, Copy, Debug)]
pub struct Held;

/// A value of the type that a call should give.
#[diagnostic::on_unimplemented(
    message = "this call gives `{Self}`, but the graph expects `{V}`",
    label = "gives `{Self}`",
    note = "a call gives a number unless it has a definition of its own that says a shape, as in `y: [3] = operation(x);`, or \
            several names, `(a, b) = operation(x);`"
)]
pub trait ValueOf<V> {
    /// The value itself.
    fn get(self) -> V;
    /// A seed of the value, as the operation's own type.
    fn seed(seed: V) -> Self;
}

impl<V> ValueOf<V> for V {
    #[inline(always)]
    fn get(self) -> V {
        self
    }

    #[inline(always)]
    fn seed(seed: V) -> V {
        seed
    }
}

/// A number that a call gives, looked at further once it is one at all. Every [`Real`] is, and rustc does not say of a type that
/// it is none where it has said that it is no `Real`: an operation of numbers that was handed an array is one mistake.
#[diagnostic::on_unimplemented(
    message = "this call gives `{Self}`, but the graph expects a number",
    label = "gives `{Self}`",
    note = "a call gives a number unless it has a definition of its own that says a shape, as in `y: [3] = operation(x);`, or \
            several names, `(a, b) = operation(x);`"
)]
pub trait GivesNumber: Sized {
    /// The same type.
    type Given;
    /// The same value.
    fn given(self) -> Self::Given;
}

/// What a call with arrays of any size gives, looked at further once it is a result at all; or a number, for the same reason.
#[diagnostic::on_unimplemented(
    message = "this call gives `{Self}`, but one with arrays of any size gives a `Result<_, ShapeError>`",
    label = "gives `{Self}`",
    note = "both functions of an operation over such arrays may fail, as may the closure of its `vjp`"
)]
pub trait GivesResult: Sized {
    /// The same type.
    type Result;
    /// The same value.
    fn result(self) -> Self::Result;
}

/// A number gives itself.
macro_rules! gives_itself {
    ($of:ty $(, $parameter:ident $(: $bound:ident)?)?) => {
        #[diagnostic::do_not_recommend]
        impl$(<$parameter $(: $bound)?>)? $crate::call::GivesNumber for $of {
            type Given = $of;

            #[inline(always)]
            fn given(self) -> $of {
                self
            }
        }

        #[diagnostic::do_not_recommend]
        impl$(<$parameter $(: $bound)?>)? $crate::call::GivesResult for $of {
            type Result = $of;

            fn result(self) -> $of {
                self
            }
        }
    };
}

pub(crate) use gives_itself;

gives_itself!(Unknown<V>, V);

#[cfg(feature = "ndarray")]
#[diagnostic::do_not_recommend]
impl<V> GivesResult for Result<V, crate::ShapeError> {
    type Result = Result<V, crate::ShapeError>;

    #[inline(always)]
    fn result(self) -> Result<V, crate::ShapeError> {
        self
    }
}

/// A result with a value of the type that a call should give.
#[cfg(feature = "ndarray")]
#[diagnostic::on_unimplemented(
    message = "this call gives `{Self}`, but one with arrays of any size gives a `Result<_, ShapeError>`",
    label = "gives `{Self}`",
    note = "both functions of an operation over such arrays may fail, as may the closure of its `vjp`"
)]
pub trait ResultOf<V> {
    /// The result itself.
    fn get(self) -> Result<V, crate::ShapeError>;
}

#[cfg(feature = "ndarray")]
impl<V, R: ValueOf<V>> ResultOf<V> for Result<R, crate::ShapeError> {
    #[inline(always)]
    fn get(self) -> Result<V, crate::ShapeError> {
        self.map(ValueOf::get)
    }
}

/// What a function of ours gives, which stands where nothing is called so.
#[derive(Clone, Copy, Debug)]
pub struct Unknown<V>(V);

impl<V> ValueOf<V> for Unknown<V> {
    fn get(self) -> V {
        self.0
    }

    fn seed(seed: V) -> Unknown<V> {
        Unknown(seed)
    }
}

/// What stands beside something else: where that is an error, it is one that was reported.
pub trait Beside<F> {
    /// `F`, whatever there is beside it.
    type Same;
    /// The same value.
    fn same(value: F) -> Self::Same;
}

impl<F, K> Beside<F> for K {
    type Same = F;

    #[inline(always)]
    fn same(value: F) -> F {
        value
    }
}

/// The value, if `beside` is no error.
#[inline(always)]
pub fn beside<F, K: Beside<F>>(value: F, _: &K) -> K::Same {
    K::same(value)
}

/// The type itself.
pub trait Is<V> {}

impl<V> Is<V> for V {}

/// Whether a callee `F` is what a graph calls, found out by which methods it has. `W` is what is wanted: a function of the
/// graph's types, and pullbacks.
#[derive(Clone, Copy, Debug)]
pub struct Gate<F, W>(PhantomData<(F, W)>);

impl<F, W> Gate<F, W> {
    /// That of a callee.
    #[inline(always)]
    pub fn of(_: &F) -> Gate<F, W> {
        Gate(PhantomData)
    }
}

/// A callee that serves `f64` and nothing else: there is one thing to say, and what was wanted stands in for it.
pub trait OfOneType<F, W> {
    /// What was wanted, and an error.
    fn choose<V, B, Q>(self, value: V, by_position: B, vjp: Q) -> W
    where
        F: OfEveryType;
}

impl<F: TakesF64<C>, C, P> OfOneType<F, (C, P)> for &&Gate<F, (C, P)> {
    fn choose<V, B, Q>(self, _: V, _: B, _: Q) -> (C, P)
    where
        F: OfEveryType,
    {
        unreachable!("a callee of every type is called itself")
    }
}

/// A function of every type of number.
#[diagnostic::on_unimplemented(
    message = "this function serves `f64` only, and a graph every type of number",
    label = "a function of `f64`",
    note = "write `fn operation<T: Real>(x: T) -> T`, and its `vjp` likewise, with `Real::lane_by_lane` around what exists for \
            `f64` only"
)]
pub trait OfEveryType {}

#[diagnostic::do_not_recommend]
impl OfEveryType for () {}

/// A type of a graph with `f64` as its number type.
pub trait InF64 {
    /// The same of `f64`.
    type Same;
}

impl<T: Real> InF64 for T {
    type Same = f64;
}

impl<E: InF64, const N: usize> InF64 for [E; N] {
    type Same = [E::Same; N];
}

/// A function that would be `C` if the number type were `f64`.
pub trait TakesF64<C> {}

/// One impl a number of arguments.
macro_rules! takes_f64 {
    ($($($argument:ident)*;)*) => {
        $(
            impl<F, R, Y: InF64, $($argument: InF64),*> TakesF64<fn($($argument),*) -> Y> for F
            where
                F: Fn($($argument::Same),*) -> R,
                R: Is<Y::Same>,
            {
            }
        )*
    };
}

takes_f64! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E G;
}

/// The pullback, which is there where it was asked for.
#[inline(always)]
pub fn asked_for<P>(pull: Option<P>) -> P {
    match pull {
        Some(pull) => pull,
        None => unreachable!("a pullback that was asked for is there"),
    }
}

/// A pullback as it is: what stands in a call may have attributes, by which it becomes part of what calls it.
#[inline(always)]
pub fn pullback<P>(pull: P) -> P {
    pull
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
    #[inline(always)]
    fn get(self) -> A {
        self
    }
}

/// What stands where an operation has no pullback by position, as generated graphs do.
#[derive(Clone, Copy, Debug)]
pub struct NoPositions;

/// What stands where a module has no `vjp`, or there is no module.
#[derive(Clone, Copy, Debug)]
pub struct NoVjp;

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

    #[inline(always)]
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

    #[inline(always)]
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

    #[inline(always)]
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

    #[inline(always)]
    fn run(
        by_position: impl FnOnce() -> Result<(R, P), crate::ShapeError>,
        _: impl FnOnce() -> Q,
    ) -> Result<(R, P), crate::ShapeError> {
        by_position()
    }
}
