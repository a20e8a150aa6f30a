//! Vector lanes: several numbers that one instruction computes with.
//!
//! [`Lanes`] is a [`Real`], so the generic code of a graph runs on it as it does on one number. Which instructions it
//! stands for is its parameter, a [`Vector`]; [`dispatch`] picks that once, at run time. Invariant: every method is
//! `#[inline(always)]`, so that all code between the dispatch and a single instruction is compiled with the target
//! features of the function that the dispatch calls, whatever flags the crate was built with. With debug assertions what
//! kernels call is kept apart instead: without optimisation all of its steps would stay on a kernel's stack.

pub mod batch;
mod dispatch;
#[cfg(feature = "_lanes")]
pub mod forced;
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(crate) mod portable;
#[cfg(test)]
mod tests;
mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Rem, Sub};

pub(crate) use dispatch::{Level, Task, dispatch_at, is_one_by_one};
pub(crate) use vector::MAX_LANES;
pub use vector::{Laned, Pack, Packed, Vector};

use crate::double::Double;
use crate::functions::each_function;
use crate::real::sealed::Sealed;
pub use crate::vecmath::Precision;
use crate::vecmath::{power, rounding, trigonometry};
use crate::{Mask, Real};

/// A chain of operations on numbers, in any number type.
pub trait Kernel<const I: usize, const O: usize> {
    /// The outputs at one position, from the inputs there.
    fn eval<T: Real>(&self, inputs: [T; I]) -> [T; O];
}

#[cfg(target_arch = "x86_64")]
impl Laned for f32 {
    type Avx512 = x86::Avx512F32;
    type Avx2 = x86::Avx2F32;
    type Baseline = x86::Sse2F32;
}

#[cfg(target_arch = "x86_64")]
impl Laned for f64 {
    type Avx512 = x86::Avx512F64;
    type Avx2 = x86::Avx2F64;
    type Baseline = x86::Sse2F64;
}

#[cfg(not(target_arch = "x86_64"))]
impl Laned for f32 {
    type Baseline = portable::Portable<f32, 4>;
}

#[cfg(not(target_arch = "x86_64"))]
impl Laned for f64 {
    type Baseline = portable::Portable<f64, 2>;
}

/// Numbers are packed as they are.
macro_rules! packed {
    ($($number:ident)*) => {$(
        impl Packed for $number {
            type Base = $number;
            type Pack<V: Vector<Number = $number>> = Lanes<V>;
        }
    )*};
}

packed! { f32 f64 }

/// Numbers side by side.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Lanes<V>(V);

impl<V: Vector> Pack for Lanes<V> {
    type Number = V::Number;

    const LANES: usize = V::LANES;

    #[inline(always)]
    fn load_from(from: &[V::Number], at: usize) -> Self {
        Self::load(from, at)
    }

    #[inline(always)]
    fn store_to(self, to: &mut [V::Number], at: usize) {
        self.store(to, at);
    }
}

/// The answers to a comparison, one a lane.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct LaneMask<V: Vector>(V::Mask);

impl<V: Vector> Lanes<V> {
    /// The numbers of a slice from `at` on; panics if there are too few.
    #[inline(always)]
    pub fn load(from: &[V::Number], at: usize) -> Self {
        Lanes(V::load(from, at))
    }

    /// Writes the numbers into a slice from `at` on; panics if there is too little room.
    #[inline(always)]
    pub fn store(self, to: &mut [V::Number], at: usize) {
        self.0.store(to, at);
    }

    /// The same number in every lane.
    #[inline(always)]
    pub fn number(value: V::Number) -> Self {
        Lanes(V::splat(value))
    }

    /// The number or a limit, the smaller; NaN for NaN.
    #[inline(always)]
    pub(crate) fn at_most(self, limit: V::Number) -> Self {
        Lanes(V::splat(limit).min_or_other(self.0))
    }

    /// The number or a limit, the larger; NaN for NaN.
    #[inline(always)]
    pub(crate) fn at_least(self, limit: V::Number) -> Self {
        Lanes(V::splat(limit).max_or_other(self.0))
    }

    /// The nearest between two limits; NaN for NaN.
    #[inline(always)]
    pub(crate) fn within(self, lowest: V::Number, highest: V::Number) -> Self {
        self.at_least(lowest).at_most(highest)
    }

    /// The polynomial with these coefficients, the highest power first.
    ///
    /// From nine coefficients on, it costs less to square the number than to wait for one product after the other; from six
    /// on without fused products, where there is more to wait for.
    #[inline(always)]
    pub(crate) fn polynomial(self, coefficients: &[V::Number]) -> Self {
        if coefficients.len() > if V::FMA { 8 } else { 5 } {
            return self.polynomial_by_square(self * self, coefficients);
        }
        let mut sum = Self::number(coefficients[0]);
        for coefficient in &coefficients[1..] {
            sum = sum.mul_add(self, Self::number(*coefficient));
        }
        sum
    }

    /// The same where the square is known: coefficients are joined in pairs, which is a chain of half the length.
    ///
    /// The constant, which is the largest, comes last, so that little but its own sum is rounded.
    #[inline(always)]
    pub(crate) fn polynomial_by_square(self, square: Self, coefficients: &[V::Number]) -> Self {
        let last = coefficients.len() - 1;
        let odd = last % 2;
        let mut sum = match odd {
            1 => Self::number(coefficients[0]),
            _ => self.line(coefficients, 0),
        };
        for at in (2 - odd..last).step_by(2) {
            sum = sum.mul_add(square, self.line(coefficients, at));
        }
        sum.mul_add(self, Self::number(coefficients[last]))
    }

    /// A coefficient times the number, and the next.
    #[inline(always)]
    fn line(self, coefficients: &[V::Number], at: usize) -> Self {
        let [slope, constant] = [coefficients[at], coefficients[at + 1]];
        Self::number(slope).mul_add(self, Self::number(constant))
    }

    /// A number of which it is known that it is one, times 2ⁿ, for `shifted = n + SHIFT`; nothing may overflow.
    #[inline(always)]
    pub(crate) fn times_power(self, shifted: Self) -> Self {
        Lanes(self.0.add_bits(shifted.0.to_exponent()))
    }

    /// The same, times 2⁻ⁿ.
    #[inline(always)]
    pub(crate) fn over_power(self, shifted: Self) -> Self {
        Lanes(self.0.sub_bits(shifted.0.to_exponent()))
    }

    /// `self * 2ⁿ`, rounded once; see [`Vector::scale`].
    #[inline(always)]
    pub(crate) fn scale(self, shifted: Self) -> Self {
        Lanes(self.0.scale(shifted.0))
    }

    /// The same where nothing may overflow or underflow.
    #[inline(always)]
    pub(crate) fn scale_within(self, shifted: Self) -> Self {
        Lanes(self.0.scale_within(shifted.0))
    }

    /// `yes` where this is below zero, `no` where it is above; where it is zero or NaN, either.
    #[inline(always)]
    pub(crate) fn select_negative(self, yes: Self, no: Self) -> Self {
        Lanes(self.0.select_negative(yes.0, no.0))
    }

    /// See [`Vector::greater_bits`].
    #[inline(always)]
    pub(crate) fn greater_bits(self, other: Self) -> LaneMask<V> {
        LaneMask(self.0.greater_bits(other.0))
    }

    /// The sign alone.
    #[inline(always)]
    pub(crate) fn sign_bit(self) -> Self {
        self.and(Lanes::of(-0.0))
    }

    /// A number without a sign under the sign of another.
    #[inline(always)]
    pub(crate) fn with_sign_of(self, other: Self) -> Self {
        self.or(other.sign_bit())
    }

    /// Where the mask holds, a function of single numbers instead: for the few numbers that a formula leaves out.
    #[inline(always)]
    pub(crate) fn patch(
        self,
        rare: LaneMask<V>,
        x: Self,
        function: fn(V::Number) -> V::Number,
    ) -> Self {
        let bits = V::mask_bits(rare.0);
        if bits == 0 {
            return self;
        }
        let mut lanes = [[V::Number::of(0.0); MAX_LANES]; 2];
        self.store(&mut lanes[0], 0);
        x.store(&mut lanes[1], 0);
        repair(&mut lanes, bits, function);
        Self::load(&lanes[0], 0)
    }

    /// The same for a function of two arguments.
    #[inline(always)]
    pub(crate) fn patch_pair(
        self,
        rare: LaneMask<V>,
        x: Self,
        y: Self,
        function: fn(V::Number, V::Number) -> V::Number,
    ) -> Self {
        let bits = V::mask_bits(rare.0);
        if bits == 0 {
            return self;
        }
        let mut lanes = [[V::Number::of(0.0); MAX_LANES]; 3];
        self.store(&mut lanes[0], 0);
        x.store(&mut lanes[1], 0);
        y.store(&mut lanes[2], 0);
        repair_pair(&mut lanes, bits, function);
        Self::load(&lanes[0], 0)
    }

    /// The larger of two numbers, of which none is NaN.
    #[inline(always)]
    pub(crate) fn larger(self, other: Self) -> Self {
        Lanes(self.0.max_or_other(other.0))
    }
}

/// Replaces the results of the lanes whose bit is set.
#[cold]
#[inline(never)]
fn repair<T: Copy>([results, x]: &mut [[T; MAX_LANES]; 2], bits: u32, function: fn(T) -> T) {
    for at in (0..MAX_LANES).filter(|at| bits >> at & 1 == 1) {
        results[at] = function(x[at]);
    }
}

/// Replaces the results of the lanes whose bit is set.
#[cold]
#[inline(never)]
fn repair_pair<T: Copy>(
    [results, x, y]: &mut [[T; MAX_LANES]; 3],
    bits: u32,
    function: fn(T, T) -> T,
) {
    for at in (0..MAX_LANES).filter(|at| bits >> at & 1 == 1) {
        results[at] = function(x[at], y[at]);
    }
}

/// Methods of [`Vector`] on lanes.
macro_rules! bits {
    ($($two:ident)*; $($one:ident)*) => {
        impl<V: Vector> Lanes<V> {
            $(
                #[inline(always)]
                pub(crate) fn $two(self, other: Self) -> Self {
                    Lanes(self.0.$two(other.0))
                }
            )*
            $(
                #[inline(always)]
                pub(crate) fn $one(self) -> Self {
                    Lanes(self.0.$one())
                }
            )*
        }
    };
}

bits! { and or xor add_bits sub_bits; exponent_bits to_sign halve_bits }

macro_rules! operators {
    ($($trait:ident $method:ident;)*) => {$(
        impl<V: Vector> $trait for Lanes<V> {
            type Output = Self;

            #[cfg_attr(debug_assertions, inline(never))]
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn $method(self, other: Self) -> Self {
                Lanes(self.0.$method(other.0))
            }
        }
    )*};
}

operators! {
    Add add;
    Sub sub;
    Mul mul;
    Div div;
}

impl<V: Vector> Rem for Lanes<V> {
    type Output = Self;

    #[cfg_attr(debug_assertions, inline(never))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn rem(self, other: Self) -> Self {
        rounding::rem(self, other)
    }
}

impl<V: Vector> Neg for Lanes<V> {
    type Output = Self;

    #[cfg_attr(debug_assertions, inline(never))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn neg(self) -> Self {
        self.xor(Lanes::of(-0.0))
    }
}

impl<V: Vector> Default for Lanes<V> {
    #[inline(always)]
    fn default() -> Self {
        Lanes::of(0.0)
    }
}

impl<V: Vector> BitAnd for LaneMask<V> {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        LaneMask(V::mask_and(self.0, other.0))
    }
}

impl<V: Vector> BitOr for LaneMask<V> {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        LaneMask(V::mask_or(self.0, other.0))
    }
}

impl<V: Vector> Not for LaneMask<V> {
    type Output = Self;

    #[inline(always)]
    fn not(self) -> Self {
        LaneMask(V::mask_not(self.0))
    }
}

impl<V: Vector> LaneMask<V> {
    /// Whether the answer is yes in every lane.
    #[inline(always)]
    pub(crate) fn all(self) -> bool {
        V::mask_bits(self.0) == (1 << V::LANES) - 1
    }
}

impl<V: Vector> PartialEq for LaneMask<V> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        V::mask_bits(self.0) == V::mask_bits(other.0)
    }
}

impl<V> Sealed for Lanes<V> {}
impl<V: Vector> Sealed for LaneMask<V> {}

impl<V: Vector> Mask for LaneMask<V> {
    #[inline(always)]
    fn any(self) -> bool {
        V::mask_bits(self.0) != 0
    }
}

/// Methods of lanes, by the rows of the list.
macro_rules! computed {
    ([] $(
        $(#[$doc:meta])* $name:ident($x:ident $(, $more:ident)*) = $on:ident $($libm:ident)?, $lanes:ident, $($columns:tt),*;
    )*) => {
        $(computed! { @one $name($($more)*) $lanes })*
    };
    // Written out below.
    (@one $name:ident($($more:ident)*) own) => {};
    // As for every `Real`.
    (@one $name:ident($($more:ident)*) same) => {};
    (@one $name:ident($($more:ident)*) $module:ident) => {
        #[cfg_attr(debug_assertions, inline(never))]
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn $name(self $(, $more: Self)*) -> Self {
            crate::vecmath::$module::$name(self $(, $more)*)
        }
    };
}

crate::call::gives_itself!(Lanes<V>, V: Vector);

impl<V: Vector> Real for Lanes<V> {
    type Mask = LaneMask<V>;

    #[cfg_attr(debug_assertions, inline(never))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn of(value: f64) -> Self {
        Lanes::number(V::Number::of(value))
    }

    #[cfg_attr(debug_assertions, inline(never))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn select(mask: LaneMask<V>, yes: Self, no: Self) -> Self {
        Lanes(V::select(mask.0, yes.0, no.0))
    }

    #[inline(always)]
    fn less(self, other: Self) -> LaneMask<V> {
        LaneMask(self.0.less(other.0))
    }

    #[inline(always)]
    fn less_equal(self, other: Self) -> LaneMask<V> {
        LaneMask(self.0.less_equal(other.0))
    }

    #[inline(always)]
    fn greater(self, other: Self) -> LaneMask<V> {
        other.less(self)
    }

    #[inline(always)]
    fn greater_equal(self, other: Self) -> LaneMask<V> {
        other.less_equal(self)
    }

    #[inline(always)]
    fn equal(self, other: Self) -> LaneMask<V> {
        LaneMask(self.0.equal(other.0))
    }

    #[inline(always)]
    fn not_equal(self, other: Self) -> LaneMask<V> {
        !self.equal(other)
    }

    fn lane_by_lane<const N: usize, const M: usize>(
        arguments: [Self; N],
        function: impl Fn([f64; N]) -> [f64; M],
    ) -> [Self; M] {
        let zero = V::Number::of(0.0);
        let mut lanes = [[zero; MAX_LANES]; N];
        for (vector, lanes) in arguments.into_iter().zip(&mut lanes) {
            vector.store(lanes, 0);
        }
        let mut results = [[zero; MAX_LANES]; M];
        for at in 0..V::LANES {
            let found = function(lanes.map(|lanes| crate::Constant::to_f64(lanes[at])));
            for (result, found) in results.iter_mut().zip(found) {
                result[at] = V::Number::of(found);
            }
        }
        results.map(|lanes| Self::load(&lanes, 0))
    }

    #[cfg_attr(debug_assertions, inline(never))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        Lanes(self.0.mul_add(factor.0, addend.0))
    }

    #[cfg_attr(debug_assertions, inline(never))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sqrt(self) -> Self {
        Lanes(self.0.sqrt())
    }

    #[cfg_attr(debug_assertions, inline(never))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn abs(self) -> Self {
        Lanes(self.0.and_not(V::splat(V::Number::of(-0.0))))
    }

    each_function!(computed);

    const IS_SINGLE: bool = V::Number::IS_SINGLE;

    /// Without fused products each factor is cut in two halves whose products are exact (Dekker, 1971).
    #[inline(always)]
    fn exact_product(self, other: Self) -> (Self, Self) {
        let product = self * other;
        if V::FMA {
            return (product, self.mul_add(other, -product));
        }
        let upper = Lanes::number(V::Number::UPPER_HALF);
        let (a, b) = (self.and(upper), other.and(upper));
        let (c, d) = (self - a, other - b);
        (product, c * d + (c * b + (a * d + (a * b - product))))
    }

    #[inline(always)]
    fn ln_in_two_parts(self) -> (Self, Self) {
        let Double { high, low } = power::ln_in_two_parts(self);
        (high, low)
    }

    #[cfg_attr(debug_assertions, inline(never))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sin_cos(self) -> (Self, Self) {
        trigonometry::sin_cos(self)
    }

    /// Equal numbers have equal bits, except for the two zeros: there `&` drops the sign.
    #[cfg_attr(debug_assertions, inline(never))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn max(self, other: Self) -> Self {
        let larger = Lanes(self.0.max_or_other(other.0));
        let larger = Self::select(self.equal(other), self.and(other), larger);
        Self::select(self.equal(self), larger, self)
    }

    /// As [`max`](Real::max); `|` keeps the sign.
    #[cfg_attr(debug_assertions, inline(never))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn min(self, other: Self) -> Self {
        let smaller = Lanes(self.0.min_or_other(other.0));
        let smaller = Self::select(self.equal(other), self.or(other), smaller);
        Self::select(self.equal(self), smaller, self)
    }
}
