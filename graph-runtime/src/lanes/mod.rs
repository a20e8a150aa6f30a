//! Vector lanes: several numbers that one instruction computes with.
//!
//! [`Lanes`] is a [`Real`], so the generic code of a graph runs on it as it does on one number. Which instructions it
//! stands for is its parameter, a [`Vector`]; [`dispatch`] picks that once, at run time. Invariant: every method is
//! `#[inline(always)]`, so that all code between the dispatch and a single instruction is compiled with the target
//! features of the function that the dispatch calls, whatever flags the crate was built with.

pub mod batch;
mod dispatch;
#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable;
mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

#[cfg(test)]
pub(crate) use dispatch::{Level, dispatch_at};
pub(crate) use dispatch::{Task, dispatch};
pub(crate) use vector::MAX_LANES;
pub use vector::{Laned, Vector};

use crate::real::sealed::Sealed;
pub use crate::vecmath::Precision;
use crate::vecmath::{exponential, logarithm, trigonometry};
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

/// Numbers side by side.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Lanes<V>(V);

/// The answers to a comparison, one a lane.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct LaneMask<V: Vector>(V::Mask);

impl<V: Vector> Lanes<V> {
    /// The first lanes of a slice, which must have as many.
    #[inline(always)]
    pub fn load(from: &[V::Number]) -> Self {
        Lanes(V::load(from))
    }

    /// As many lanes as a slice has, and its last number in the others.
    #[inline(always)]
    pub fn load_short(from: &[V::Number]) -> Self {
        let mut lanes = [from[from.len() - 1]; MAX_LANES];
        lanes[..from.len()].copy_from_slice(from);
        Self::load(&lanes)
    }

    /// Writes the lanes to the front of a slice, which must have as many.
    #[inline(always)]
    pub fn store(self, to: &mut [V::Number]) {
        self.0.store(to);
    }

    /// Writes as many lanes as a slice has.
    #[inline(always)]
    pub fn store_short(self, to: &mut [V::Number]) {
        let mut lanes = [V::Number::of(0.0); MAX_LANES];
        self.store(&mut lanes);
        to.copy_from_slice(&lanes[..to.len()]);
    }

    /// The same number in every lane.
    #[inline(always)]
    pub fn number(value: V::Number) -> Self {
        Lanes(V::splat(value))
    }

    /// The nearest between two limits; NaN for NaN.
    #[inline(always)]
    pub(crate) fn within(self, lowest: V::Number, highest: V::Number) -> Self {
        let above = V::splat(lowest).max_or_other(self.0);
        Lanes(V::splat(highest).min_or_other(above))
    }

    /// The polynomial with these coefficients, the highest power first.
    ///
    /// From six coefficients on, even and odd powers are summed apart: two chains of half the length.
    #[inline(always)]
    pub(crate) fn polynomial(self, coefficients: &[V::Number]) -> Self {
        let last = coefficients.len() - 1;
        if last < 5 {
            let mut sum = Self::number(coefficients[0]);
            for index in 1..=last {
                sum = sum.mul_add(self, Self::number(coefficients[index]));
            }
            return sum;
        }
        let square = self * self;
        let mut sums = [Self::number(coefficients[0]), Self::number(coefficients[1])];
        for index in 2..=last {
            sums[index % 2] = sums[index % 2].mul_add(square, Self::number(coefficients[index]));
        }
        sums[1 - last % 2].mul_add(self, sums[last % 2])
    }

    /// `self * 2ⁿ` without regard to what may overflow, for `shifted = n + SHIFT`.
    #[inline(always)]
    pub(crate) fn times_power(self, shifted: Self) -> Self {
        Lanes(self.0.add_bits(shifted.0.to_exponent()))
    }

    /// `self / 2ⁿ` likewise.
    #[inline(always)]
    pub(crate) fn over_power(self, shifted: Self) -> Self {
        Lanes(self.0.sub_bits(shifted.0.to_exponent()))
    }

    /// `self * 2ⁿ`, rounded once; see [`Vector::scale`].
    #[inline(always)]
    pub(crate) fn scale(self, shifted: Self) -> Self {
        Lanes(self.0.scale(shifted.0))
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
        self.patch_pair(rare, x, x, function, |function, x, _| function(x))
    }

    /// The same for two arguments, through a function that is passed along.
    #[inline(always)]
    pub(crate) fn patch_pair<F: Copy>(
        self,
        rare: LaneMask<V>,
        x: Self,
        y: Self,
        function: F,
        apply: fn(F, V::Number, V::Number) -> V::Number,
    ) -> Self {
        let bits = V::mask_bits(rare.0);
        if bits == 0 {
            return self;
        }
        let zero = V::Number::of(0.0);
        let mut lanes = [[zero; MAX_LANES]; 3];
        for (vector, lanes) in [self, x, y].into_iter().zip(&mut lanes) {
            vector.store(lanes);
        }
        repair(&mut lanes, bits, function, apply);
        Self::load(&lanes[0])
    }
}

/// Replaces the results of the lanes whose bit is set.
#[cold]
#[inline(never)]
fn repair<T: Copy, F: Copy>(
    [results, x, y]: &mut [[T; MAX_LANES]; 3],
    bits: u32,
    function: F,
    apply: fn(F, T, T) -> T,
) {
    for at in (0..MAX_LANES).filter(|at| bits >> at & 1 == 1) {
        results[at] = apply(function, x[at], y[at]);
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

bits! { and or xor add_bits sub_bits; from_exponent to_sign halve_bits }

macro_rules! operators {
    ($($trait:ident $method:ident;)*) => {$(
        impl<V: Vector> $trait for Lanes<V> {
            type Output = Self;

            #[inline(always)]
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

impl<V: Vector> Neg for Lanes<V> {
    type Output = Self;

    #[inline(always)]
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

/// Methods of [`Real`] by the functions of a module.
macro_rules! functions {
    ($($module:ident: $($function:ident)*;)*) => {$($(
        #[inline(always)]
        fn $function(self) -> Self {
            $module::$function(self)
        }
    )*)*};
}

/// Methods of [`Real`], lane after lane.
macro_rules! lane_after_lane {
    ($($function:ident)*; $($pair:ident)*) => {
        $(
            #[inline(always)]
            fn $function(self) -> Self {
                self.patch(self.equal(self) | self.not_equal(self), self, <V::Number as Real>::$function)
            }
        )*
        $(
            #[inline(always)]
            fn $pair(self, other: Self) -> Self {
                let every = self.equal(self) | self.not_equal(self);
                self.patch_pair(every, self, other, (), |(), x, y| <V::Number as Real>::$pair(x, y))
            }
        )*
    };
}

impl<V: Vector> Real for Lanes<V> {
    type Mask = LaneMask<V>;

    #[inline(always)]
    fn of(value: f64) -> Self {
        Lanes::number(V::Number::of(value))
    }

    #[inline(always)]
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

    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        Lanes(self.0.mul_add(factor.0, addend.0))
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Lanes(self.0.sqrt())
    }

    #[inline(always)]
    fn abs(self) -> Self {
        Lanes(self.0.and_not(V::splat(V::Number::of(-0.0))))
    }

    functions! {
        exponential: exp exp2 exp_m1 sinh cosh tanh;
        logarithm: ln ln_1p log2 log10 asinh acosh atanh;
        trigonometry: sin cos tan;
    }

    lane_after_lane! { cbrt asin acos atan erf erfc; atan2 powf hypot }

    #[inline(always)]
    fn sin_cos(self) -> (Self, Self) {
        trigonometry::sin_cos(self)
    }

    /// Equal numbers have equal bits, except for the two zeros: there `&` drops the sign.
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        let larger = Lanes(self.0.max_or_other(other.0));
        let larger = Self::select(self.equal(other), self.and(other), larger);
        Self::select(self.equal(self), larger, self)
    }

    /// As [`max`](Real::max); `|` keeps the sign.
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        let smaller = Lanes(self.0.min_or_other(other.0));
        let smaller = Self::select(self.equal(other), self.or(other), smaller);
        Self::select(self.equal(self), smaller, self)
    }

    #[inline(always)]
    fn softplus(self) -> Self {
        self.relu() + logarithm::ln_1p_of_fraction((-self.abs()).exp())
    }

    #[inline(always)]
    fn logaddexp(self, other: Self) -> Self {
        let apart = (-(self - other).abs()).exp();
        let sum = self.max(other) + logarithm::ln_1p_of_fraction(apart);
        // Equal infinities have no difference, and equal numbers need none.
        let ln_2 = Lanes::of(std::f64::consts::LN_2);
        Self::select(self.equal(other), self + ln_2, sum)
    }
}
