//! The number type of a graph: what generated code may do with a number, and no more.
//!
//! [`Real`] is all that the code of a graph asks of a number, so that one expansion serves `f32`,
//! `f64` and vector lanes; [`Number`] adds what only a single number has.
//! Invariant: a method is the function named, in a form that neither overflows nor cancels on the
//! way to a result that is itself finite, and a NaN argument gives a NaN wherever IEEE 754 does
//! not ask for another answer.

use crate::call::{GivesNumber, GivesResult, gives_itself};
use core::fmt::{Debug, Display};
use core::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Rem, Sub};

use libm::Libm;

use crate::double::{self, Double};
use crate::functions::each_function;

pub(crate) mod sealed {
    /// Keeps the traits of this module closed: their methods may grow without breaking anyone.
    pub trait Sealed {}

    #[cfg(feature = "std")]
    pub use crate::lanes::Packed;

    /// Without `std` there are no lanes.
    #[cfg(not(feature = "std"))]
    pub trait Packed {}
    #[cfg(not(feature = "std"))]
    impl<T> Packed for T {}
}

/// Declarations of methods, by the rows of the list: those that are the same for every `Real` with their function.
macro_rules! declared {
    ([] $(
        $(#[$doc:meta])* $name:ident($x:ident $(, $more:ident)*) = $on:ident $($libm:ident)?, $($columns:tt),*;
    )*) => {
        $(declared! { @one $(#[$doc])* $name($($more)*) $on $($libm)? })*
    };
    (@one $(#[$doc:meta])* $name:ident($($more:ident)*) std $libm:ident) => {
        $(#[$doc])*
        fn $name(self $(, $more: Self)*) -> Self;
    };
    (@one $(#[$doc:meta])* $name:ident($($more:ident)*) libm $libm:ident) => {
        declared! { @one $(#[$doc])* $name($($more)*) own }
    };
    (@one $(#[$doc:meta])* $name:ident($($more:ident)*) apart $module:ident) => {
        declared! { @one $(#[$doc])* $name($($more)*) $module }
    };
    (@one $(#[$doc:meta])* $name:ident($($more:ident)*) own) => {
        $(#[$doc])*
        fn $name(self $(, $more: Self)*) -> Self;
    };
    (@one $(#[$doc:meta])* $name:ident($($more:ident)*) $module:ident) => {
        $(#[$doc])*
        // As lanes are, without optimisation it is kept apart from the kernel that calls it.
        #[cfg_attr(debug_assertions, inline(never))]
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn $name(self $(, $more: Self)*) -> Self {
            crate::$module::$name(self $(, $more)*)
        }
    };
}

/// The answer to a comparison: one `bool` for a single number, one a lane for lanes.
pub trait Mask:
    Copy
    + Debug
    + PartialEq
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + Not<Output = Self>
    + sealed::Sealed
{
    /// Whether the answer is yes anywhere.
    fn any(self) -> bool;
}

impl sealed::Sealed for bool {}

impl Mask for bool {
    #[inline]
    fn any(self) -> bool {
        self
    }
}

/// A number that `graph!` can compute and differentiate with: `f32`, `f64`, or lanes of them.
///
/// The methods follow the names of the standard library, and differ from it in three ways.
/// [`max`](Real::max) and [`min`](Real::min) pass a NaN on; [`sign`](Real::sign) is 0 at 0; and the
/// inverse hyperbolic functions keep their accuracy near the points where the textbook logarithm
/// cancels or overflows. As in IEEE 754, `powf(x, 0)` and `powf(1, x)` are 1 and `hypot(∞, x)` is
/// ∞ whatever `x` is, NaN included. Where the documentation of a function names its arguments, the first is the number itself.
///
/// On `f32` and `f64` themselves Rust prefers the methods of the standard library; write
/// `Real::max(a, b)` to get these.
///
/// ```
/// use graph_runtime::Real;
///
/// fn logistic_loss<T: Real>(score: T) -> T {
///     (-score).softplus()
/// }
/// assert_eq!(logistic_loss(-900.0), 900.0); // ln(1 + exp(900)), and exp(900) overflows
/// assert!(Real::max(1.0, f64::NAN).is_nan());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number `graph!` can differentiate",
    label = "expected `f32` or `f64`",
    note = "write `1.0` rather than `1`; an integer `i` converts with `i as f64`",
    note = "an array is declared with its shape, `x: [2]` or, for one of `ndarray`, `x: [n]`; a function of numbers takes one entry \
            at a time: `each(f(x))`"
)]
pub trait Real:
    GivesNumber<Given = Self>
    + GivesResult<Result = Self>
    + Copy
    + Debug
    + Default
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + Neg<Output = Self>
    + Send
    + Sync
    + 'static
    + sealed::Sealed
{
    /// What a comparison gives.
    type Mask: Mask;

    /// The nearest number of this type.
    fn of(value: f64) -> Self;

    /// `yes` where the mask holds, `no` elsewhere. It picks: the side not taken cannot leak a NaN.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// The number, whose tangent is 0.
    #[doc(hidden)]
    #[inline(always)]
    fn stop(self) -> Self {
        self
    }

    /// A product, or 0 where the mask says that a factor of it is 0, however infinite or undefined the other one may be.
    #[doc(hidden)]
    #[inline(always)]
    fn shut(mask: Self::Mask, product: Self) -> Self {
        Self::select(mask, Self::of(0.0), product)
    }

    /// `self < other`.
    fn less(self, other: Self) -> Self::Mask;
    /// `self <= other`.
    fn less_equal(self, other: Self) -> Self::Mask;
    /// `self > other`.
    fn greater(self, other: Self) -> Self::Mask;
    /// `self >= other`.
    fn greater_equal(self, other: Self) -> Self::Mask;
    /// `self == other`, so false for NaN.
    fn equal(self, other: Self) -> Self::Mask;
    /// `self != other`, so true for NaN.
    fn not_equal(self, other: Self) -> Self::Mask;

    each_function!(declared);

    /// Sine and cosine, sharing the work.
    fn sin_cos(self) -> (Self, Self);

    /// `self * factor + addend`: rounded once where the target has an instruction for it, and otherwise a product and
    /// a sum, so that it is never slower than those.
    fn mul_add(self, factor: Self, addend: Self) -> Self;

    /// A function of plain numbers, for what is neither generic nor vectorised: a special function of another crate, a call
    /// into C, an iteration that ends when it has converged. It is called once a lane; an `f32` goes through `f64` and back.
    ///
    /// ```
    /// use graph_runtime::Real;
    ///
    /// fn bessel<T: Real>(x: T) -> T {
    ///     let [y] = T::lane_by_lane([x], |[x]| [libm::j0(x)]);
    ///     y
    /// }
    /// assert_eq!(bessel(0.5_f64), libm::j0(0.5));
    /// assert_eq!(bessel(0.5_f32), libm::j0(0.5) as f32);
    /// ```
    fn lane_by_lane<const N: usize, const M: usize>(
        arguments: [Self; N],
        function: impl Fn([f64; N]) -> [f64; M],
    ) -> [Self; M];

    /// [`lane_by_lane`](Real::lane_by_lane) of a function whose slopes are known: for each of its values a row, with the partial
    /// derivative by each argument. So second derivatives go through it, which otherwise are an error where they are asked for.
    ///
    /// ```
    /// use graph_runtime::{Dual, Real};
    ///
    /// fn bessel<T: Real>(x: T) -> T {
    ///     let [y] = T::lane_by_lane_with_slopes([x], |[x]| [libm::j0(x)], |[x]| [[-libm::j1(x)]]);
    ///     y
    /// }
    /// assert_eq!(bessel(0.5_f64), libm::j0(0.5));
    /// assert_eq!(bessel(Dual::new(0.5, 1.0)).tangent, -libm::j1(0.5));
    /// ```
    #[inline]
    fn lane_by_lane_with_slopes<const N: usize, const M: usize>(
        arguments: [Self; N],
        function: impl Fn([f64; N]) -> [f64; M],
        slopes: impl Fn([f64; N]) -> [[f64; N]; M],
    ) -> [Self; M] {
        let _ = slopes;
        Self::lane_by_lane(arguments, function)
    }

    /// `self` to a whole power, by repeated squaring: exact whenever every product is, for
    /// negative numbers too.
    #[inline(always)]
    fn powi(self, exponent: i32) -> Self {
        let mut square = self;
        let mut power = Self::of(1.0);
        let mut rest = exponent.unsigned_abs();
        while rest > 0 {
            if rest % 2 == 1 {
                power = power * square;
            }
            square = square * square;
            rest /= 2;
        }
        if exponent < 0 {
            Self::of(1.0) / power
        } else {
            power
        }
    }

    /// Whether the numbers are `f32`, or lanes of them.
    #[doc(hidden)]
    const IS_SINGLE: bool;

    /// The product, rounded, and what was rounded off.
    #[doc(hidden)]
    fn exact_product(self, other: Self) -> (Self, Self);

    /// The natural logarithm of a positive normal number, rounded, and what was rounded off.
    #[doc(hidden)]
    fn ln_in_two_parts(self) -> (Self, Self);

    /// Eigenvectors as columns, and behind each row an eigenvalue.
    #[doc(hidden)]
    fn eigh_of_numbers<const A: usize, const F: usize>(size: usize, a: [Self; A]) -> [Self; F] {
        crate::linear::rotated(size, a)
    }

    /// `self`, scaled for a sum of squares that would underflow.
    #[doc(hidden)]
    #[inline(always)]
    fn grown(self) -> Self {
        crate::norm::grown(self)
    }

    /// `self`, scaled for a sum of squares that would overflow.
    #[doc(hidden)]
    #[inline(always)]
    fn shrunk(self) -> Self {
        crate::norm::shrunk(self)
    }

    /// The root of a sum of squares, from those of the numbers scaled where it leaves the range.
    #[doc(hidden)]
    #[inline(always)]
    fn norm_of_squares(self, grown: Self, shrunk: Self) -> Self {
        crate::norm::of_squares(self, grown, shrunk)
    }
}

/// A plain number that a `{ … }` constant may evaluate to: a float or an integer, by value or by
/// reference.
///
/// Integers beyond 2⁵³ are rounded to the nearest `f64`.
#[diagnostic::on_unimplemented(
    message = "a `{{ … }}` constant must be a plain number",
    label = "expected a float or an integer, found `{Self}`",
    note = "a value of the graph's own number type is used by its name, without braces; an array of constants is a `const` input, \
            `const w: [3]`, or written out: `[{{ W[0] }}, {{ W[1] }}]`"
)]
pub trait Constant: Copy + sealed::Sealed {
    /// The value as an `f64`.
    fn to_f64(self) -> f64;
}

/// A single number, `f32` or `f64`: a [`Real`] that can also be ordered, printed and asked for its
/// limits.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a plain number",
    label = "expected `f32` or `f64`",
    note = "write `1.0` rather than `1`; an integer `i` converts with `i as f64`"
)]
pub trait Number: Real<Mask = bool> + PartialOrd + Display + Constant + sealed::Packed {
    /// The gap between 1 and the next larger number.
    const EPSILON: Self;
    /// The smallest positive number of full precision.
    const MIN_POSITIVE: Self;
    /// Infinity.
    const INFINITY: Self;
    /// Not a number.
    const NAN: Self;
    /// Nothing.
    #[doc(hidden)]
    const ZERO: Self;

    /// Whether this is neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// Whether this is NaN.
    fn is_nan(self) -> bool;
    /// The whole number that this is.
    #[doc(hidden)]
    fn to_index(self) -> usize;
}

/// Calls a function of the standard library, or of `libm` under its own name for it.
#[cfg(all(feature = "std", not(feature = "libm")))]
macro_rules! elementary {
    ($number:ident, $std:ident $libm:ident, $($argument:expr),*) => {
        <$number>::$std($($argument),*)
    };
}
#[cfg(not(all(feature = "std", not(feature = "libm"))))]
macro_rules! elementary {
    ($number:ident, $std:ident $libm:ident, $($argument:expr),*) => {
        Libm::<$number>::$libm($($argument),*)
    };
}

/// Methods of numbers, by the rows of the list.
macro_rules! computed {
    ([$number:ident] $(
        $(#[$doc:meta])* $name:ident($x:ident $(, $more:ident)*) = $on:ident $($libm:ident)?, $($columns:tt),*;
    )*) => {
        $(computed! { @one $number $name($($more)*) $on $($libm)? })*
    };
    (@one $number:ident $name:ident($($more:ident)*) std $libm:ident) => {
        #[inline]
        fn $name(self $(, $more: Self)*) -> Self {
            elementary!($number, $name $libm, self $(, $more)*)
        }
    };
    (@one $number:ident $name:ident($($more:ident)*) libm $libm:ident) => {
        #[inline]
        fn $name(self $(, $more: Self)*) -> Self {
            Libm::<$number>::$libm(self $(, $more)*)
        }
    };
    (@one $number:ident $name:ident($($more:ident)*) apart $module:ident) => {
        fn $name(self $(, $more: Self)*) -> Self {
            crate::$module::$name(self $(, $more)*)
        }
    };
    // Written out below, or the same for every `Real`.
    (@one $number:ident $name:ident($($more:ident)*) $on:ident) => {};
}

/// The comparisons, each by its operator.
macro_rules! comparisons {
    ($($name:ident $operator:tt;)*) => {$(
        #[inline]
        fn $name(self, other: Self) -> bool {
            self $operator other
        }
    )*};
}

macro_rules! numbers {
    ($($number:ident)*) => {$(
        impl sealed::Sealed for $number {}

        gives_itself!($number);

        impl Real for $number {
            type Mask = bool;

            #[inline]
            fn of(value: f64) -> Self {
                value as $number
            }

            #[inline]
            fn select(mask: bool, yes: Self, no: Self) -> Self {
                if mask { yes } else { no }
            }

            #[inline]
            fn lane_by_lane<const N: usize, const M: usize>(
                arguments: [Self; N],
                function: impl Fn([f64; N]) -> [f64; M],
            ) -> [Self; M] {
                function(arguments.map(f64::from)).map(|value| value as $number)
            }

            comparisons! {
                less <;
                less_equal <=;
                greater >;
                greater_equal >=;
                equal ==;
                not_equal !=;
            }

            each_function!(computed $number);

            const IS_SINGLE: bool = size_of::<$number>() == size_of::<f32>();

            /// Each factor is cut in two halves whose products are exact (Dekker, 1971).
            #[inline]
            fn exact_product(self, other: Self) -> (Self, Self) {
                let product = self * other;
                let cut = |x: $number| {
                    let lower = <$number>::MANTISSA_DIGITS.div_ceil(2);
                    let high = <$number>::from_bits(x.to_bits() >> lower << lower);
                    (high, x - high)
                };
                let ((a, c), (b, d)) = (cut(self), cut(other));
                (product, c * d + (c * b + (a * d + (a * b - product))))
            }

            #[inline]
            fn ln_in_two_parts(self) -> (Self, Self) {
                let Double { high, low } = double::ln_of_number(f64::from(self));
                let nearest = high as $number;
                (nearest, ((high - f64::from(nearest)) + low) as $number)
            }

            #[inline]
            fn abs(self) -> Self {
                // In `core`, so the inherent method and not this one.
                <$number>::abs(self)
            }

            #[inline]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                #[cfg(all(feature = "std", any(target_feature = "fma", target_arch = "aarch64")))]
                return <$number>::mul_add(self, factor, addend);
                #[cfg(not(all(feature = "std", any(target_feature = "fma", target_arch = "aarch64"))))]
                return self * factor + addend;
            }

            #[inline]
            fn sin_cos(self) -> (Self, Self) {
                elementary!($number, sin_cos sincos, self)
            }

            #[inline]
            fn acosh(self) -> Self {
                // `libm` cancels to a finite answer for some numbers far below 1.
                if self < 1.0 {
                    <$number>::NAN
                } else {
                    Libm::<$number>::acosh(self)
                }
            }

            // Equal numbers have equal bits, except for the two zeros: there `&` drops the sign
            // and `|` keeps it.

            #[inline]
            fn max(self, other: Self) -> Self {
                if self == other {
                    <$number>::from_bits(self.to_bits() & other.to_bits())
                } else if self > other || self.is_nan() {
                    self
                } else {
                    other
                }
            }

            #[inline]
            fn min(self, other: Self) -> Self {
                if self == other {
                    <$number>::from_bits(self.to_bits() | other.to_bits())
                } else if self < other || self.is_nan() {
                    self
                } else {
                    other
                }
            }
        }

        impl Number for $number {
            const EPSILON: Self = <$number>::EPSILON;
            const MIN_POSITIVE: Self = <$number>::MIN_POSITIVE;
            const INFINITY: Self = <$number>::INFINITY;
            const NAN: Self = <$number>::NAN;
            const ZERO: Self = 0.0;

            #[inline]
            fn is_finite(self) -> bool {
                <$number>::is_finite(self)
            }

            #[inline]
            fn is_nan(self) -> bool {
                <$number>::is_nan(self)
            }

            #[inline]
            fn to_index(self) -> usize {
                self as usize
            }
        }
    )*};
}

numbers! { f32 f64 }

macro_rules! constants {
    ($($number:ident)*) => {$(
        impl Constant for $number {
            #[inline]
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    )*};
}

macro_rules! sealed {
    ($($number:ident)*) => {$(impl sealed::Sealed for $number {})*};
}

constants! { f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }
sealed! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

impl<T: sealed::Sealed> sealed::Sealed for &T {}

#[diagnostic::do_not_recommend]
impl<T: Constant> Constant for &T {
    #[inline]
    fn to_f64(self) -> f64 {
        (*self).to_f64()
    }
}

#[cfg(test)]
// The references are given as they were computed.
#[allow(clippy::excessive_precision, clippy::approx_constant)]
mod tests {
    use super::*;

    /// Within a few units of the last place, relative; exact for zero.
    #[track_caller]
    fn assert_close<T: Number>(found: T, expected: f64, units: f64) {
        let (found, limit) = (found.to_f64(), units * T::EPSILON.to_f64() * expected.abs());
        let off = Real::abs(found - expected);
        assert!(off <= limit, "found {found:e}, expected {expected:e}");
    }

    /// Equal, and of the same sign at 0.
    #[track_caller]
    fn assert_same<T: Number>(found: T, expected: f64) {
        assert_eq!(
            found.to_f64().to_bits(),
            T::of(expected).to_f64().to_bits(),
            "{found}"
        );
    }

    /// Every function, of one number and itself.
    macro_rules! all_of {
        ([$x:ident] $(
            $(#[$doc:meta])* $name:ident($($arg:ident),+) = $on:ident $($libm:ident)?, $($columns:tt),*;
        )*) => {
            [$(all_of!(@one $x $name($($arg)+))),*]
        };
        (@one $x:ident $name:ident($arg:ident)) => { (stringify!($name), Real::$name($x)) };
        (@one $x:ident $name:ident($first:ident $second:ident)) => { (stringify!($name), Real::$name($x, $x)) };
        (@one $x:ident $name:ident($first:ident $second:ident $third:ident)) => { (stringify!($name), Real::$name($x, $x, $x)) };
    }

    fn nan_stays<T: Number>() {
        let (nan, one) = (T::NAN, T::of(1.0));
        for (name, y) in each_function!(all_of nan) {
            assert!(y.is_nan(), "{name}");
        }
        assert!(nan.sin_cos().0.is_nan() && nan.sin_cos().1.is_nan() && (-nan).is_nan());
        for (a, b) in [
            (nan, one),
            (one, nan),
            (nan, nan),
            (nan, -T::INFINITY),
            (T::INFINITY, nan),
        ] {
            assert!(a.max(b).is_nan() && a.min(b).is_nan());
            assert!(a.logaddexp(b).is_nan() && a.atan2(b).is_nan());
        }
        assert!(nan.powi(3).is_nan() && nan.powf(T::of(2.0)).is_nan() && nan.hypot(one).is_nan());
    }

    #[test]
    fn nan_stays_nan() {
        nan_stays::<f32>();
        nan_stays::<f64>();
    }

    fn corners<T: Number>() {
        let of = T::of;
        let zeros = [
            (0.0, 0.0, 0.0, 0.0),
            (-0.0, 0.0, 0.0, -0.0),
            (-0.0, -0.0, -0.0, -0.0),
        ];
        for (a, b, larger, smaller) in zeros {
            assert_same(of(a).max(of(b)), larger);
            assert_same(of(b).max(of(a)), larger);
            assert_same(of(a).min(of(b)), smaller);
            assert_same(of(b).min(of(a)), smaller);
        }
        assert_same(of(-2.0).max(of(-3.0)), -2.0);
        assert_same(of(-2.0).min(of(-3.0)), -3.0);
        assert_same(of(-2.0).max(of(-2.0)), -2.0);
        assert_same(T::INFINITY.max(-T::INFINITY), f64::INFINITY);
        assert_same(T::INFINITY.min(-T::INFINITY), f64::NEG_INFINITY);
        for (x, sign) in [(0.0, 0.0), (-0.0, 0.0), (1e-30, 1.0), (-4.0, -1.0)] {
            assert_same(of(x).sign(), sign);
        }
        assert_same((-T::INFINITY).sign(), -1.0);
        for (x, relu) in [(0.0, 0.0), (-0.0, 0.0), (-3.0, 0.0), (3.0, 3.0)] {
            assert_same(of(x).relu(), relu);
        }
        assert_same((-T::INFINITY).relu(), 0.0);
    }

    #[test]
    fn corners_of_max_min_sign_and_relu() {
        corners::<f32>();
        corners::<f64>();
    }

    #[test]
    fn sigmoid_and_softplus_far_out() {
        assert_close(Real::sigmoid(-700.0), 9.859676543759770856705373e-305, 2.0);
        assert_close(Real::sigmoid(-37.5), 5.175555005801868266987395e-17, 2.0);
        assert_close(Real::sigmoid(-2.0), 0.1192029220221175559402709, 2.0);
        assert_close(Real::sigmoid(0.3), 0.5744425168116589844380388, 2.0);
        assert_close(
            Real::sigmoid(-80.0_f32),
            1.804851387845415172312128e-35,
            2.0,
        );
        assert_eq!(
            (Real::sigmoid(-150.0_f32), Real::sigmoid(-800.0)),
            (0.0, 0.0)
        );
        assert_eq!((Real::sigmoid(0.0), Real::sigmoid(40.0)), (0.5, 1.0));
        assert_eq!(
            (Real::sigmoid(f64::INFINITY), Real::sigmoid(-f64::INFINITY)),
            (1.0, 0.0)
        );

        assert_close(Real::softplus(-700.0), 9.859676543759770856705373e-305, 2.0);
        assert_close(Real::softplus(-40.0), 4.248354255291588986304978e-18, 2.0);
        assert_close(Real::softplus(-1.5), 0.2014132779827524094994828, 2.0);
        assert_close(Real::softplus(0.0), 0.6931471805599453094172321, 1.0);
        assert_close(Real::softplus(30.0), 30.00000000000009357622969, 1.0);
        assert_eq!(
            (Real::softplus(120.0_f32), Real::softplus(900.0)),
            (120.0, 900.0)
        );
        assert_eq!(Real::softplus(-900.0), 0.0);
        assert_eq!(Real::softplus(f64::INFINITY), f64::INFINITY);
        assert_eq!(Real::softplus(-f64::INFINITY), 0.0);
    }

    #[test]
    fn logaddexp_of_the_near_the_far_and_the_infinite() {
        assert_close(1.0.logaddexp(2.0), 2.313261687518222834048995, 1.0);
        assert_close((-801.5).logaddexp(-800.0), -799.7985867220172475905005, 1.0);
        assert_close(0.0.logaddexp(-50.0), 1.9287498479639178e-22, 2.0);
        assert_close(3e12.logaddexp(3e12), 3000000000000.6931, 1.0);
        assert_eq!(f64::MAX.logaddexp(-f64::MAX), f64::MAX);
        let infinity = f64::INFINITY;
        assert_eq!((-infinity).logaddexp(-infinity), -infinity);
        assert_eq!(infinity.logaddexp(infinity), infinity);
        assert_eq!(infinity.logaddexp(-infinity), infinity);
        assert_eq!((-infinity).logaddexp(1.0), 1.0);
    }

    #[test]
    fn inverse_hyperbolic_functions_at_both_ends() {
        assert_close(Real::asinh(1e-300), 1e-300, 1.0);
        assert_close(Real::asinh(-1e-9), -1.000000000000000062114925e-9, 1.0);
        assert_close(Real::asinh(0.25), 0.2474664615472634529447815, 1.0);
        assert_close(Real::asinh(3.0), 1.818446459232066823483699, 1.0);
        assert_close(Real::asinh(-1e300), -691.4686750787736505673194, 1.0);
        assert_close(
            Real::acosh(1.0 + f64::EPSILON),
            2.10734242554470155035478e-8,
            1.0,
        );
        assert_close(Real::acosh(1.0001), 0.01414201777525154549767238, 1.0);
        assert_close(Real::acosh(2.5), 1.566799236972411078664057, 1.0);
        assert_close(Real::acosh(1e10), 23.71899811050040214959465, 1.0);
        assert_close(Real::acosh(1.5e308), 710.2948209308341803799157, 1.0);
        assert_close(
            Real::acosh(1.0 + f32::EPSILON),
            0.0004882812451493617206486388,
            1.0,
        );
        assert_close(Real::acosh(3e38_f32), 89.28999300483437624440965, 1.0);
        assert_close(Real::atanh(1e-300), 1e-300, 1.0);
        assert_close(Real::atanh(-0.3), -0.3095196042031117032738143, 1.0);
        assert_close(Real::atanh(0.9), 1.472219489583220346870095, 1.0);
        assert_close(
            Real::atanh(f64::EPSILON / 2.0 - 1.0),
            -18.71497387511852332650969,
            1.0,
        );
        assert_close(
            Real::atanh(f32::EPSILON / 2.0 - 1.0),
            -8.664339742098154951823136,
            1.0,
        );
    }

    #[test]
    fn outside_the_domain_is_nan() {
        for x in [0.999, 0.0, -1.0, -3.0, -76999.0, -1e20, -f64::INFINITY] {
            assert!(
                Real::acosh(x).is_nan() && Real::acosh(x as f32).is_nan(),
                "acosh({x})"
            );
        }
        for x in [1.001, -1.001, 1e10] {
            assert!(Real::atanh(x).is_nan() && Real::asin(x).is_nan() && Real::acos(x).is_nan());
        }
        assert!(Real::sqrt(-1.0).is_nan() && Real::ln(-1.0).is_nan() && Real::ln_1p(-2.0).is_nan());
        assert!(Real::powf(-2.0, 0.5).is_nan());
        assert_eq!(
            (Real::atanh(1.0), Real::ln(0.0)),
            (f64::INFINITY, -f64::INFINITY)
        );
    }

    #[test]
    fn error_functions() {
        assert_close(Real::erf(1e-10), 1.12837916709551261500173e-10, 2.0);
        assert_close(Real::erf(-0.5), -0.5204998778130465376827467, 2.0);
        assert_close(Real::erf(2.0_f32), 0.9953222650189527341620693, 2.0);
        assert_close(Real::erfc(-1.0), 1.842700792949714869341221, 2.0);
        assert_close(Real::erfc(0.5), 0.4795001221869534623172533, 2.0);
        assert_close(Real::erfc(26.0), 5.663192408856142846475728e-296, 4.0);
        assert_close(Real::erfc(9.0_f32), 4.137031746513810238053903e-37, 4.0);
    }

    #[test]
    fn small_arguments_keep_their_digits() {
        assert_close(Real::exp_m1(3e-9_f32), 3.000000030676508155269337e-9, 1.0);
        assert_close(Real::ln_1p(2e-17), 2e-17, 1.0);
        assert_close(Real::tanh(9.0), 0.99999996954004097, 1.0);
        assert_eq!((Real::tanh(200.0_f32), Real::tanh(800.0)), (1.0, 1.0));
        // The squares of both underflow in f32.
        assert_close(Real::atan2(3e-25_f32, 4e-25), 0.6435011087932843868, 1.0);
        assert_close(Real::hypot(3e-25_f32, 4e-25), 5e-25, 1.0);
        assert_close(Real::hypot(3e200, 4e200), 5e200, 1.0);
    }

    #[test]
    fn whole_powers() {
        assert_eq!(
            (
                Real::powi(-1.5, 3),
                Real::powi(-2.0, -3),
                Real::powi(7.0, 1)
            ),
            (-3.375, -0.125, 7.0)
        );
        assert_eq!(
            (
                Real::powi(0.0, 0),
                Real::powi(f64::NAN, 0),
                Real::powi(-0.0, 3)
            ),
            (1.0, 1.0, -0.0)
        );
        assert_eq!(Real::powi(-1.7_f32, 2), -1.7 * -1.7_f32);
        assert_eq!(
            (Real::powi(3.0, 33), Real::powi(-3.0, 33)),
            (5559060566555523.0, -5559060566555523.0)
        );
        assert_eq!(
            (Real::powi(0.5, i32::MAX), Real::powi(0.5, i32::MIN)),
            (0.0, f64::INFINITY)
        );
        assert_eq!(
            (Real::powi(-1.0, i32::MAX), Real::powi(-1.0, i32::MIN)),
            (-1.0, 1.0)
        );
        assert_eq!(Real::powi(-0.0, -1), -f64::INFINITY);
    }

    #[test]
    fn powers_and_angles() {
        assert_close(Real::powf(2.0, 0.5), 1.4142135623730951, 1.0);
        assert_close(Real::atan2(1.0, -1.0), 2.3561944901923449, 1.0);
        assert_eq!(
            (
                Real::powf(0.0, 2.5),
                Real::powf(0.0, 0.0),
                Real::powf(-2.0, 3.0)
            ),
            (0.0, 1.0, -8.0)
        );
    }

    #[test]
    fn comparisons_and_masks() {
        let (one, two, nan) = (1.0, 2.0, f64::NAN);
        assert!(one.less(two) && one.less_equal(one) && two.greater(one) && one.greater_equal(one));
        assert!(one.equal(one) && one.not_equal(two) && nan.not_equal(nan));
        assert!(!(one.less(nan) | one.less_equal(nan) | one.greater(nan) | nan.greater_equal(one)));
        assert!(!two.less(two) && !two.greater(two) && !nan.equal(nan));
        assert!(Mask::any(true) && !Mask::any(false));
        assert_eq!(f64::select(true, one, nan), 1.0);
        assert_eq!(f64::select(false, nan, two), 2.0);
    }

    #[test]
    fn constants_may_be_any_plain_number() {
        #[rustfmt::skip]
        let values = [
            1.5_f32.to_f64(), (-2.5_f64).to_f64(), (-3_i8).to_f64(), 4_u16.to_f64(), 5_i32.to_f64(),
            6_usize.to_f64(), 7_i64.to_f64(), (&8_u8).to_f64(), (&&9.5).to_f64(), 10_u128.to_f64(),
        ];
        assert_eq!(
            values,
            [1.5, -2.5, -3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.5, 10.0]
        );
        assert_eq!(f32::of(0.1), 0.1);
        assert_eq!(u64::MAX.to_f64(), 18446744073709551616.0);
    }
}
