//! What an instruction set must offer: one register of numbers, and the operations on it.
//!
//! Invariant: every operation is lane by lane and rounds as the same operation on a single number does, so that a
//! result depends on the instruction set only through [`Vector::FMA`]. Nothing here decides anything about mathematics.

use std::fmt::Debug;

use super::Precision;
use crate::Real;

/// The widest vector there is: sixteen `f32`.
pub const MAX_LANES: usize = 16;

/// A register of [`Vector::LANES`] numbers.
///
/// "Bits" are the lanes taken as whole numbers of the same width.
pub trait Vector: Copy + Debug + Send + Sync + 'static {
    /// The number in a lane.
    type Number: Precision;
    /// The answers to a comparison.
    type Mask: Copy + Debug + Send + Sync + 'static;

    /// How many lanes there are.
    const LANES: usize;
    /// Whether [`Vector::mul_add`] rounds once.
    const FMA: bool;
    /// Whether a test of all lanes costs less than the steps of [`Vector::scale`] that it spares.
    const TESTS: bool;

    /// The same number in every lane.
    fn splat(value: Self::Number) -> Self;
    /// The numbers of a slice from `at` on; panics if there are too few.
    fn load(from: &[Self::Number], at: usize) -> Self;
    /// Writes the numbers into a slice from `at` on; panics if there is too little room.
    fn store(self, to: &mut [Self::Number], at: usize);

    /// Sum.
    fn add(self, other: Self) -> Self;
    /// Difference.
    fn sub(self, other: Self) -> Self;
    /// Product.
    fn mul(self, other: Self) -> Self;
    /// Quotient.
    fn div(self, other: Self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// `self * factor + addend`, rounded once or twice as [`Vector::FMA`] says.
    fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// The smaller; `other` where either is NaN.
    fn min_or_other(self, other: Self) -> Self;
    /// The larger; `other` where either is NaN.
    fn max_or_other(self, other: Self) -> Self;

    /// `self < other`.
    fn less(self, other: Self) -> Self::Mask;
    /// `self <= other`.
    fn less_equal(self, other: Self) -> Self::Mask;
    /// `self == other`.
    fn equal(self, other: Self) -> Self::Mask;
    /// Whether the bits are greater than those of a number whose lower half has all bits set, both taken as whole numbers
    /// with a sign. (So the upper halves decide.)
    fn greater_bits(self, other: Self) -> Self::Mask;
    /// `yes` where the mask holds, `no` elsewhere.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// Both.
    fn mask_and(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// Either.
    fn mask_or(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// Not.
    fn mask_not(mask: Self::Mask) -> Self::Mask;
    /// One bit a lane, the first lane lowest.
    fn mask_bits(mask: Self::Mask) -> u32;

    /// Bits that are set in both.
    fn and(self, other: Self) -> Self;
    /// Bits that are set in `self` and not in `other`.
    fn and_not(self, other: Self) -> Self;
    /// Bits that are set in either.
    fn or(self, other: Self) -> Self;
    /// Bits that are set in one of both.
    fn xor(self, other: Self) -> Self;
    /// Sum of the bits as whole numbers, modulo their width.
    fn add_bits(self, other: Self) -> Self;
    /// Difference of the bits as whole numbers, modulo their width.
    fn sub_bits(self, other: Self) -> Self;
    /// The lowest bits moved to where the exponent begins.
    fn to_exponent(self) -> Self;
    /// The exponent, and the sign above it, moved down to the lowest bits.
    fn exponent_bits(self) -> Self;
    /// The lowest bit moved to the sign.
    fn to_sign(self) -> Self;
    /// All bits moved down by one.
    fn halve_bits(self) -> Self;

    /// `yes` where `self` is below zero, `no` where it is above; where it is zero or NaN, either.
    #[inline(always)]
    fn select_negative(self, yes: Self, no: Self) -> Self {
        Self::select(self.less(Self::splat(Self::Number::of(0.0))), yes, no)
    }

    /// `self * 2ⁿ`, rounded once, for `shifted = n + SHIFT`.
    ///
    /// The power is applied as two of half the size, so that neither overflows before the product does, and a subnormal
    /// result is rounded by the last product alone. Both are products, since NaN has no exponent to add to.
    #[inline(always)]
    fn scale(self, shifted: Self) -> Self {
        let half = shifted.halve_bits();
        let rest = shifted.sub_bits(half);
        let one = Self::splat(Self::Number::of(1.0));
        let (half, rest) = (half.to_exponent(), rest.to_exponent());
        self.mul(half.add_bits(one)).mul(rest.add_bits(one))
    }

    /// The same where neither the power nor the product leaves the range of normal numbers.
    #[inline(always)]
    fn scale_within(self, shifted: Self) -> Self {
        let one = Self::splat(Self::Number::of(1.0));
        self.mul(shifted.to_exponent().add_bits(one))
    }
}

/// Numbers side by side, as a number that a kernel computes with.
pub trait Pack: Real {
    /// The number in a lane.
    type Number;

    /// How many lanes there are.
    const LANES: usize;

    /// The numbers of a slice from `at` on; panics if there are too few.
    fn load_from(from: &[Self::Number], at: usize) -> Self;
    /// Writes the numbers into a slice from `at` on; panics if there is too little room.
    fn store_to(self, to: &mut [Self::Number], at: usize);
}

/// A number that there are packs of: those of its tangents are packs of what it is made of.
pub trait Packed: Sized {
    /// What vectors hold.
    type Base: Laned;
    /// As many side by side as a vector has lanes.
    type Pack<V: Vector<Number = Self::Base>>: Pack<Number = Self>;
}

/// The vectors that serve one number type, one for each instruction set.
pub trait Laned: Sized {
    /// 512 bits.
    #[cfg(target_arch = "x86_64")]
    type Avx512: Vector<Number = Self>;
    /// 256 bits and fused products.
    #[cfg(target_arch = "x86_64")]
    type Avx2: Vector<Number = Self>;
    /// What every processor of the target has.
    type Baseline: Vector<Number = Self>;
}
