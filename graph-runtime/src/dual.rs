//! Dual numbers: a value with its tangent, the change of it along a direction.
//!
//! A [`Dual`] is a [`Real`], so what is generic over `Real` computes with it, and gives beside each value its derivative along a
//! direction. So second derivatives go through a graph that was made elsewhere: its `vjp` with dual numbers gives the gradient and
//! the change of the gradient. The functions come from the rule table, and a dual number of dual numbers has derivatives of higher
//! order.
//!
//! Invariant: the value is computed as it is without a tangent, and comparisons are those of values. A tangent of 0 moves nothing,
//! however steep what it is multiplied by; neither does an infinite one where the other factor is 0.

#[cfg(feature = "ndarray")]
pub mod arrays;
mod lost;
mod symmetric;
#[cfg(test)]
mod tests;

use core::array;
use core::fmt::{self, Display};
use core::ops::{Add, Div, Mul, Neg, Rem, Sub};

use self::lost::Lost;
use crate::call::gives_itself;
use crate::functions::each_function;
use crate::real::sealed::Sealed;
use crate::{Constant, Mask, Number, Real};

/// A value and its tangent: a number with which `graph!` and every function over [`Real`] computes a derivative beside the value.
///
/// ```
/// use graph_runtime::{Dual, Real};
///
/// fn wave<T: Real>(x: T) -> T {
///     x * x.sin()
/// }
/// let Dual { value, tangent } = wave(Dual::new(2.0_f64, 1.0));
/// assert_eq!(value, 2.0 * 2.0_f64.sin());
/// assert_eq!(tangent, 2.0_f64.sin() + 2.0 * 2.0_f64.cos());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Dual<T> {
    /// The value.
    pub value: T,
    /// The change of the value along the direction.
    pub tangent: T,
}

impl<T: Real> Dual<T> {
    /// A value that moves by so much.
    #[inline(always)]
    pub fn new(value: T, tangent: T) -> Dual<T> {
        Dual { value, tangent }
    }

    /// A value that stays.
    #[inline(always)]
    pub fn constant(value: T) -> Dual<T> {
        Dual::new(value, T::of(0.0))
    }
}

/// A product of which one factor is a tangent: 0 where either is, however infinite the other one.
#[inline(always)]
fn moved<T: Real>(tangent: T, factor: T) -> T {
    let (product, zero) = (tangent * factor, T::of(0.0));
    let undefined = product.not_equal(product);
    match undefined.any() {
        true => T::shut(tangent.equal(zero) | factor.equal(zero), product),
        false => product,
    }
}

/// What moves as a whole: a number, or an array of them.
pub trait Moves {
    /// The same in dual numbers.
    type Dual;
    /// It, with its tangent.
    fn moving(self, tangent: Self) -> Self::Dual;
}

impl<T: Real> Moves for T {
    type Dual = Dual<T>;

    #[inline(always)]
    fn moving(self, tangent: T) -> Dual<T> {
        Dual::new(self, tangent)
    }
}

impl<E: Moves + Copy, const N: usize> Moves for [E; N] {
    type Dual = [E::Dual; N];

    #[inline(always)]
    fn moving(self, tangent: Self) -> [E::Dual; N] {
        array::from_fn(|at| self[at].moving(tangent[at]))
    }
}

/// A value, or its entries, with tangents.
#[inline(always)]
pub fn moving<M: Moves>(value: M, tangent: M) -> M::Dual {
    value.moving(tangent)
}

/// What has moved, taken apart.
pub trait Moved {
    /// The same without tangents.
    type Plain;
    /// The values.
    fn value(&self) -> Self::Plain;
    /// The tangents.
    fn tangent(&self) -> Self::Plain;
}

impl<T: Real> Moved for Dual<T> {
    type Plain = T;

    #[inline(always)]
    fn value(&self) -> T {
        self.value
    }

    #[inline(always)]
    fn tangent(&self) -> T {
        self.tangent
    }
}

impl<E: Moved, const N: usize> Moved for [E; N] {
    type Plain = [E::Plain; N];

    #[inline(always)]
    fn value(&self) -> [E::Plain; N] {
        array::from_fn(|at| self[at].value())
    }

    #[inline(always)]
    fn tangent(&self) -> [E::Plain; N] {
        array::from_fn(|at| self[at].tangent())
    }
}

/// The values of dual numbers.
#[inline(always)]
pub fn value<M: Moved>(of: &M) -> M::Plain {
    of.value()
}

/// The tangents of dual numbers.
#[inline(always)]
pub fn tangent<M: Moved>(of: &M) -> M::Plain {
    of.tangent()
}

impl<T: Real> Add for Dual<T> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Dual::new(self.value + other.value, self.tangent + other.tangent)
    }
}

impl<T: Real> Sub for Dual<T> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Dual::new(self.value - other.value, self.tangent - other.tangent)
    }
}

impl<T: Real> Neg for Dual<T> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Dual::new(-self.value, -self.tangent)
    }
}

impl<T: Real> Mul for Dual<T> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let (first, second) = (
            moved(self.tangent, other.value),
            moved(other.tangent, self.value),
        );
        Dual::new(self.value * other.value, first + second)
    }
}

impl<T: Real> Div for Dual<T> {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let (value, zero) = (self.value / other.value, T::of(0.0));
        let above = self.tangent / other.value;
        let above = match above.not_equal(above).any() {
            true => T::shut(self.tangent.equal(zero), above),
            false => above,
        };
        let below = value / other.value;
        let below = match below.not_equal(below).any() {
            true => T::shut(self.value.equal(zero), below),
            false => below,
        };
        Dual::new(value, above - moved(other.tangent, below))
    }
}

impl<T: Real> Rem for Dual<T> {
    type Output = Self;

    /// The quotient cut off to a whole number is the same all around.
    #[inline(always)]
    fn rem(self, other: Self) -> Self {
        let value = self.value % other.value;
        let whole = ((self.value - value) / other.value).round();
        Dual::new(value, self.tangent - moved(other.tangent, whole))
    }
}

impl<T> Sealed for Dual<T> {}

gives_itself!(Dual<T>, T: Real);

/// The functions with their tangents, by the rule table, whose numbers are written out.
#[allow(clippy::approx_constant)]
mod rules {
    use crate::functions::each_function;

    macro_rules! by_the_table {
        ([] $(
            $(#[$doc:meta])* $name:ident($($x:ident),*) = $on:ident $($libm:ident)?, $($columns:tt),*;
        )*) => {
            graph_macros::__tangents! { crate; $($name)* }
        };
    }

    each_function!(by_the_table);
}

/// The methods of dual numbers, by the rows of the list.
macro_rules! computed {
    ([] $(
        $(#[$doc:meta])* $name:ident($x:ident $(, $more:ident)*) = $on:ident $($libm:ident)?, $($columns:tt),*;
    )*) => {$(
        #[inline(always)]
        fn $name(self $(, $more: Self)*) -> Self {
            let [value, tangent] = rules::$name([self.value $(, $more.value)*], [self.tangent $(, $more.tangent)*]);
            Dual { value, tangent }
        }
    )*};
}

impl<T: Real> Real for Dual<T> {
    type Mask = T::Mask;

    #[inline(always)]
    fn of(value: f64) -> Self {
        Dual::constant(T::of(value))
    }

    #[inline(always)]
    fn select(mask: T::Mask, yes: Self, no: Self) -> Self {
        Dual::new(
            T::select(mask, yes.value, no.value),
            T::select(mask, yes.tangent, no.tangent),
        )
    }

    #[inline(always)]
    fn stop(self) -> Self {
        Dual::constant(self.value.stop())
    }

    /// A factor that is 0 may move.
    #[inline(always)]
    fn shut(mask: T::Mask, product: Self) -> Self {
        Dual::new(T::shut(mask, product.value), product.tangent)
    }

    #[inline(always)]
    fn less(self, other: Self) -> T::Mask {
        self.value.less(other.value)
    }

    #[inline(always)]
    fn less_equal(self, other: Self) -> T::Mask {
        self.value.less_equal(other.value)
    }

    #[inline(always)]
    fn greater(self, other: Self) -> T::Mask {
        self.value.greater(other.value)
    }

    #[inline(always)]
    fn greater_equal(self, other: Self) -> T::Mask {
        self.value.greater_equal(other.value)
    }

    #[inline(always)]
    fn equal(self, other: Self) -> T::Mask {
        self.value.equal(other.value)
    }

    #[inline(always)]
    fn not_equal(self, other: Self) -> T::Mask {
        self.value.not_equal(other.value)
    }

    each_function!(computed);

    #[inline(always)]
    fn sin_cos(self) -> (Self, Self) {
        let (sine, cosine) = self.value.sin_cos();
        (
            Dual::new(sine, moved(self.tangent, cosine)),
            Dual::new(cosine, -moved(self.tangent, sine)),
        )
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        let product = moved(self.tangent, factor.value) + moved(factor.tangent, self.value);
        Dual::new(
            self.value.mul_add(factor.value, addend.value),
            product + addend.tangent,
        )
    }

    #[inline(always)]
    fn powi(self, exponent: i32) -> Self {
        let slope = match exponent {
            0 => T::of(0.0),
            _ => T::of(f64::from(exponent)) * self.value.powi(exponent.saturating_sub(1)),
        };
        Dual::new(self.value.powi(exponent), moved(self.tangent, slope))
    }

    fn lane_by_lane<const N: usize, const M: usize>(
        arguments: [Self; N],
        function: impl Fn([f64; N]) -> [f64; M],
    ) -> [Self; M] {
        let () = Lost::<T>::IN_FUNCTION;
        T::lane_by_lane(arguments.map(|argument| argument.value), function).map(Dual::constant)
    }

    fn lane_by_lane_with_slopes<const N: usize, const M: usize>(
        arguments: [Self; N],
        function: impl Fn([f64; N]) -> [f64; M],
        slopes: impl Fn([f64; N]) -> [[f64; N]; M],
    ) -> [Self; M] {
        let at = arguments.map(|argument| argument.value);
        let values = T::lane_by_lane_with_slopes(at, function, &slopes);
        array::from_fn(|row| {
            let partials = T::lane_by_lane(at, |at| slopes(at)[row]);
            let terms = arguments.iter().zip(partials);
            let tangent = terms.fold(T::of(0.0), |sum, (argument, partial)| {
                sum + moved(argument.tangent, partial)
            });
            Dual::new(values[row], tangent)
        })
    }

    fn eigh_of_numbers<const A: usize, const F: usize>(size: usize, a: [Self; A]) -> [Self; F] {
        let found: [T; F] = T::eigh_of_numbers(size, a.map(|entry| entry.value));
        let mut scratch = [T::of(0.0); A];
        let mut tangents = [T::of(0.0); F];
        symmetric::tangents(
            size,
            |at| a[at].tangent,
            &found,
            &mut scratch,
            &mut tangents,
        );
        array::from_fn(|at| Dual::new(found[at], tangents[at]))
    }

    const IS_SINGLE: bool = T::IS_SINGLE;

    #[inline(always)]
    fn exact_product(self, other: Self) -> (Self, Self) {
        let (_, rest) = self.value.exact_product(other.value);
        (self * other, Dual::constant(rest))
    }

    #[inline(always)]
    fn ln_in_two_parts(self) -> (Self, Self) {
        let (_, rest) = self.value.ln_in_two_parts();
        (self.ln(), Dual::constant(rest))
    }
}

impl<T: Display> Display for Dual<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} moved by {}", self.value, self.tangent)
    }
}

impl<T: Number> Constant for Dual<T> {
    #[inline]
    fn to_f64(self) -> f64 {
        let () = Lost::<T>::IN_CONVERSION;
        self.value.to_f64()
    }
}

impl<T: Number> Number for Dual<T> {
    const EPSILON: Self = held(T::EPSILON);
    const MIN_POSITIVE: Self = held(T::MIN_POSITIVE);
    const INFINITY: Self = held(T::INFINITY);
    const NAN: Self = held(T::NAN);
    const ZERO: Self = held(T::ZERO);

    #[inline]
    fn is_finite(self) -> bool {
        self.value.is_finite() && self.tangent.is_finite()
    }

    #[inline]
    fn is_nan(self) -> bool {
        self.value.is_nan()
    }

    #[inline]
    fn to_index(self) -> usize {
        self.value.to_index()
    }
}

const fn held<T: Number>(value: T) -> Dual<T> {
    Dual {
        value,
        tangent: T::ZERO,
    }
}

#[cfg(feature = "std")]
impl<T: crate::lanes::Packed + Real> crate::lanes::Packed for Dual<T> {
    type Base = T::Base;
    type Pack<V: crate::lanes::Vector<Number = T::Base>> = Dual<T::Pack<V>>;
}

/// Values and tangents apart.
#[cfg(feature = "std")]
impl<P: crate::lanes::Pack<Number: Real>> crate::lanes::Pack for Dual<P> {
    type Number = Dual<P::Number>;

    const LANES: usize = P::LANES;

    #[inline(always)]
    fn load_from(from: &[Dual<P::Number>], at: usize) -> Self {
        let from = &from[at..at + P::LANES];
        let mut lanes = [[P::Number::of(0.0); crate::lanes::MAX_LANES]; 2];
        for (at, number) in from.iter().enumerate() {
            lanes[0][at] = number.value;
            lanes[1][at] = number.tangent;
        }
        Dual::new(P::load_from(&lanes[0], 0), P::load_from(&lanes[1], 0))
    }

    #[inline(always)]
    fn store_to(self, to: &mut [Dual<P::Number>], at: usize) {
        let mut lanes = [[P::Number::of(0.0); crate::lanes::MAX_LANES]; 2];
        self.value.store_to(&mut lanes[0], 0);
        self.tangent.store_to(&mut lanes[1], 0);
        for (at, number) in to[at..at + P::LANES].iter_mut().enumerate() {
            *number = Dual::new(lanes[0][at], lanes[1][at]);
        }
    }
}
