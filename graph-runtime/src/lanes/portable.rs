//! Lanes as plain arrays, for targets without a module of their own.
//!
//! Invariant: the loops have a fixed length and no branches, so that the compiler may turn each into one instruction.

use super::Vector;

/// `N` numbers in an array.
#[derive(Clone, Copy, Debug)]
pub struct Portable<T, const N: usize>([T; N]);

/// Applies an operation to each lane.
macro_rules! each {
    ($($lane:ident in $vector:expr),+; $result:expr) => {{
        let mut result = [Default::default(); N];
        for at in 0..N {
            $(let $lane = $vector[at];)+
            result[at] = $result;
        }
        result
    }};
}

macro_rules! portable {
    ($($number:ident $bits:ident $mantissa:literal $width:literal;)*) => {$(
        impl<const N: usize> Portable<$number, N> {
            /// Combines the bits of two vectors.
            #[inline(always)]
            fn bits(self, other: Self, combine: impl Fn($bits, $bits) -> $bits) -> Self {
                Portable(each!(a in self.0, b in other.0; {
                    $number::from_bits(combine(a.to_bits(), b.to_bits()))
                }))
            }
        }

        impl<const N: usize> Vector for Portable<$number, N> {
            type Number = $number;
            type Mask = [bool; N];

            const LANES: usize = N;
            const FMA: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));
            const TESTS: bool = false;

            #[inline(always)]
            fn splat(value: $number) -> Self {
                Portable([value; N])
            }

            #[inline(always)]
            fn load(from: &[$number], at: usize) -> Self {
                let mut lanes = [0.0; N];
                lanes.copy_from_slice(&from[at..at + N]);
                Portable(lanes)
            }

            #[inline(always)]
            fn store(self, to: &mut [$number], at: usize) {
                to[at..at + N].copy_from_slice(&self.0);
            }

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                Portable(each!(a in self.0, b in other.0; a + b))
            }

            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                Portable(each!(a in self.0, b in other.0; a - b))
            }

            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                Portable(each!(a in self.0, b in other.0; a * b))
            }

            #[inline(always)]
            fn div(self, other: Self) -> Self {
                Portable(each!(a in self.0, b in other.0; a / b))
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                Portable(each!(a in self.0; $number::sqrt(a)))
            }

            #[inline(always)]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                Portable(each!(a in self.0, b in factor.0, c in addend.0; {
                    if Self::FMA { $number::mul_add(a, b, c) } else { a * b + c }
                }))
            }

            #[inline(always)]
            fn min_or_other(self, other: Self) -> Self {
                Portable(each!(a in self.0, b in other.0; if a < b { a } else { b }))
            }

            #[inline(always)]
            fn max_or_other(self, other: Self) -> Self {
                Portable(each!(a in self.0, b in other.0; if a > b { a } else { b }))
            }

            #[inline(always)]
            fn less(self, other: Self) -> [bool; N] {
                each!(a in self.0, b in other.0; a < b)
            }

            #[inline(always)]
            fn less_equal(self, other: Self) -> [bool; N] {
                each!(a in self.0, b in other.0; a <= b)
            }

            #[inline(always)]
            fn equal(self, other: Self) -> [bool; N] {
                each!(a in self.0, b in other.0; a == b)
            }

            #[inline(always)]
            fn greater_bits(self, other: Self) -> [bool; N] {
                each!(a in self.0, b in other.0; {
                    a.to_bits().cast_signed() > b.to_bits().cast_signed()
                })
            }

            #[inline(always)]
            fn select(mask: [bool; N], yes: Self, no: Self) -> Self {
                Portable(each!(m in mask, a in yes.0, b in no.0; if m { a } else { b }))
            }

            #[inline(always)]
            fn mask_and(a: [bool; N], b: [bool; N]) -> [bool; N] {
                each!(a in a, b in b; a & b)
            }

            #[inline(always)]
            fn mask_or(a: [bool; N], b: [bool; N]) -> [bool; N] {
                each!(a in a, b in b; a | b)
            }

            #[inline(always)]
            fn mask_not(mask: [bool; N]) -> [bool; N] {
                each!(m in mask; !m)
            }

            #[inline(always)]
            fn mask_bits(mask: [bool; N]) -> u32 {
                let mut bits = 0;
                for at in 0..N {
                    bits |= u32::from(mask[at]) << at;
                }
                bits
            }

            #[inline(always)]
            fn and(self, other: Self) -> Self {
                self.bits(other, |a, b| a & b)
            }

            #[inline(always)]
            fn and_not(self, other: Self) -> Self {
                self.bits(other, |a, b| a & !b)
            }

            #[inline(always)]
            fn or(self, other: Self) -> Self {
                self.bits(other, |a, b| a | b)
            }

            #[inline(always)]
            fn xor(self, other: Self) -> Self {
                self.bits(other, |a, b| a ^ b)
            }

            #[inline(always)]
            fn add_bits(self, other: Self) -> Self {
                self.bits(other, $bits::wrapping_add)
            }

            #[inline(always)]
            fn sub_bits(self, other: Self) -> Self {
                self.bits(other, $bits::wrapping_sub)
            }

            #[inline(always)]
            fn to_exponent(self) -> Self {
                self.bits(self, |a, _| a << $mantissa)
            }

            #[inline(always)]
            fn exponent_bits(self) -> Self {
                self.bits(self, |a, _| a >> $mantissa)
            }

            #[inline(always)]
            fn to_sign(self) -> Self {
                self.bits(self, |a, _| a << ($width - 1))
            }

            #[inline(always)]
            fn halve_bits(self) -> Self {
                self.bits(self, |a, _| a >> 1)
            }
        }
    )*};
}

portable! {
    f32 u32 23 32;
    f64 u64 52 64;
}
