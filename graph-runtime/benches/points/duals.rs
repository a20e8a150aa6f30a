//! The peers as numbers: dual numbers of two crates and the variables of a tape, under one small trait, so that a task's
//! formula is written once for all of them.

use std::ops::{Add, Div, Mul, Neg, Sub};

use num_dual::DualNum;
use num_traits::Float;
use reverse::Gradient;

/// What the tasks ask of a number.
pub trait Num:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Add<f64, Output = Self>
    + Mul<f64, Output = Self>
{
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sqrt(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
}

macro_rules! number {
    ($([$($generics:tt)*])? $number:ty, $via:path) => {
        impl $(<$($generics)*>)? Num for $number {
            #[inline(always)]
            fn exp(self) -> Self { <Self as $via>::exp(self) }
            #[inline(always)]
            fn ln(self) -> Self { <Self as $via>::ln(self) }
            #[inline(always)]
            fn sqrt(self) -> Self { <Self as $via>::sqrt(self) }
            #[inline(always)]
            fn sin(self) -> Self { <Self as $via>::sin(self) }
            #[inline(always)]
            fn cos(self) -> Self { <Self as $via>::cos(self) }
        }
    };
}

pub type NumDual<const N: usize> = num_dual::DualSVec64<N>;
pub use hyperdual::Hyperdual;

macro_rules! by_reference {
    ([$($generics:tt)*] $number:ty, $via:path) => {
        impl<$($generics)*> Num for $number {
            #[inline(always)]
            fn exp(self) -> Self { <Self as $via>::exp(&self) }
            #[inline(always)]
            fn ln(self) -> Self { <Self as $via>::ln(&self) }
            #[inline(always)]
            fn sqrt(self) -> Self { <Self as $via>::sqrt(&self) }
            #[inline(always)]
            fn sin(self) -> Self { <Self as $via>::sin(&self) }
            #[inline(always)]
            fn cos(self) -> Self { <Self as $via>::cos(&self) }
        }
    };
}
by_reference!([const N: usize] NumDual<N>, DualNum);
number!(Hyperdual<f64, 3>, Float);
number!(Hyperdual<f64, 5>, Float);
number!(Hyperdual<f64, 21>, Float);
number!(Hyperdual<f64, 16>, Float);

impl Num for reverse::Var<'_> {
    fn exp(self) -> Self {
        reverse::Var::exp(&self)
    }
    fn ln(self) -> Self {
        reverse::Var::ln(&self)
    }
    fn sqrt(self) -> Self {
        reverse::Var::sqrt(&self)
    }
    fn sin(self) -> Self {
        reverse::Var::sin(&self)
    }
    fn cos(self) -> Self {
        reverse::Var::cos(&self)
    }
}

/// A formula over any of them: the numbers that are differentiated by, and those that are not.
pub trait Formula<const V: usize, const M: usize> {
    fn of<T: Num>(v: &[T; V], constants: &[f64]) -> [T; M];
}

/// The values and the partials, row by row, by `num-dual`.
#[inline(always)]
pub fn by_num_dual<F: Formula<V, M>, const V: usize, const M: usize, const O: usize>(
    x: &[f64],
) -> [f64; O] {
    let v: [NumDual<V>; V] = std::array::from_fn(|at| NumDual::from_re(x[at]).derivative(at));
    let y = F::of(&v, &x[V..]);
    collect::<V, M, O>(
        |row| y[row].re,
        |row, at| y[row].eps.0.map_or(0.0, |eps| eps[at]),
    )
}

/// The same by `hyperdual`, whose numbers have one place more than variables.
macro_rules! by_hyperdual {
    ($formula:ty, $count:literal, $x:ident) => {{
        let v = std::array::from_fn(|at| {
            let mut parts = [0.0; $count];
            (parts[0], parts[at + 1]) = ($x[at], 1.0);
            $crate::duals::Hyperdual::<f64, $count>::from_slice(&parts)
        });
        let y = <$formula as $crate::duals::Formula<_, _>>::of(&v, &$x[$count - 1..]);
        $crate::duals::collect::<{ $count - 1 }, { <$formula>::ROWS }, _>(
            |row| y[row].real(),
            |row, at| y[row][at + 1],
        )
    }};
}
pub(crate) use by_hyperdual;

/// The same by the tape of `reverse`, made anew for each point.
pub fn by_tape<F: Formula<V, M>, const V: usize, const M: usize, const O: usize>(
    x: &[f64],
) -> [f64; O] {
    let tape = reverse::Tape::new();
    let v: [reverse::Var; V] = std::array::from_fn(|at| tape.add_var(x[at]));
    let y = F::of(&v, &x[V..]);
    let gradients = y.map(|y| y.grad());
    collect::<V, M, O>(|row| y[row].val(), |row, at| gradients[row].wrt(&v[at]))
}

#[inline(always)]
pub fn collect<const V: usize, const M: usize, const O: usize>(
    value: impl Fn(usize) -> f64,
    partial: impl Fn(usize, usize) -> f64,
) -> [f64; O] {
    let mut out = [0.0; O];
    for row in 0..M {
        out[row] = value(row);
        for at in 0..V {
            out[M + row * V + at] = partial(row, at);
        }
    }
    out
}
