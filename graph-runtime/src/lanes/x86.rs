//! The vectors of x86-64: SSE2, AVX2 with FMA, and AVX-512.
//!
//! Invariant: the AVX2 and AVX-512 types exist only inside a function that runs after their instructions have been
//! detected. They are private to the crate, and [`dispatch`](super::dispatch) alone hands them out; that is what makes
//! every `unsafe` block here sound. Each method is inlined into the function that has the target feature.

// An instruction that every processor of the target has is safe to use; the macro serves all sets alike.
#![allow(unused_unsafe, unsafe_code)]

use core::arch::x86_64::*;

use super::Vector;

/// Implements [`Vector`] for a register, each operation by its instructions.
macro_rules! vector {
    (
        $(#[$doc:meta])*
        $name:ident: $lanes:literal $number:ident in $register:ident, masks $mask:ty, fused $fused:literal, tests $tests:literal;
        splat $splat:ident, load $load:ident, store $store:ident;
        one { $($one:ident |$x:ident| $of_one:expr;)* }
        two { $($two:ident |$a:ident, $b:ident| $of_two:expr;)* }
        mul_add |$factor:ident, $other:ident, $addend:ident| $sum:expr;
        compare { $($compare:ident |$left:ident, $right:ident| $answer:expr;)* }
        select |$which:ident, $yes:ident, $no:ident| $picked:expr;
        masks { $($join:ident |$m:ident, $n:ident| $joined:expr;)* }
        mask_not |$not:ident| $inverse:expr;
        mask_bits |$bits:ident| $number_of_bits:expr;
        $(negative |$sign:ident, $below:ident, $above:ident| $by_sign:expr;)?
        $(scale |$mantissa:ident, $exponent:ident| $scaled:expr;)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name($register);

        impl Vector for $name {
            type Number = $number;
            type Mask = $mask;

            const LANES: usize = $lanes;
            const FMA: bool = $fused;
            const TESTS: bool = $tests;

            #[inline(always)]
            fn splat(value: $number) -> Self {
                // SAFETY: the instructions are there, since the type is (see the module).
                $name(unsafe { $splat(value) })
            }

            #[inline(always)]
            fn load(from: &[$number], at: usize) -> Self {
                assert!(from.len() >= $lanes && at <= from.len() - $lanes);
                // SAFETY: the instructions are there, and so are the numbers that are read.
                $name(unsafe { $load(from.as_ptr().add(at)) })
            }

            #[inline(always)]
            fn store(self, to: &mut [$number], at: usize) {
                assert!(to.len() >= $lanes && at <= to.len() - $lanes);
                // SAFETY: the instructions are there, and so are the numbers that are written.
                unsafe { $store(to.as_mut_ptr().add(at), self.0) }
            }

            $(
                #[inline(always)]
                fn $one(self) -> Self {
                    let $x = self.0;
                    // SAFETY: the instructions are there, since the type is (see the module).
                    $name(unsafe { $of_one })
                }
            )*

            $(
                #[inline(always)]
                fn $two(self, other: Self) -> Self {
                    let ($a, $b) = (self.0, other.0);
                    // SAFETY: the instructions are there, since the type is (see the module).
                    $name(unsafe { $of_two })
                }
            )*

            #[inline(always)]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                let ($factor, $other, $addend) = (self.0, factor.0, addend.0);
                // SAFETY: the instructions are there, since the type is (see the module).
                $name(unsafe { $sum })
            }

            $(
                #[inline(always)]
                fn $compare(self, other: Self) -> $mask {
                    let ($left, $right) = (self.0, other.0);
                    // SAFETY: the instructions are there, since the type is (see the module).
                    unsafe { $answer }
                }
            )*

            #[inline(always)]
            fn select($which: $mask, yes: Self, no: Self) -> Self {
                let ($yes, $no) = (yes.0, no.0);
                // SAFETY: the instructions are there, since the type is (see the module).
                $name(unsafe { $picked })
            }

            $(
                #[inline(always)]
                fn $join($m: $mask, $n: $mask) -> $mask {
                    // SAFETY: the instructions are there, since the type is (see the module).
                    unsafe { $joined }
                }
            )*

            #[inline(always)]
            fn mask_not($not: $mask) -> $mask {
                // SAFETY: the instructions are there, since the type is (see the module).
                unsafe { $inverse }
            }

            #[inline(always)]
            fn mask_bits($bits: $mask) -> u32 {
                // SAFETY: the instructions are there, since the type is (see the module).
                unsafe { $number_of_bits }
            }

            $(
                #[inline(always)]
                fn select_negative(self, yes: Self, no: Self) -> Self {
                    let ($sign, $below, $above) = (self.0, yes.0, no.0);
                    // SAFETY: the instructions are there, since the type is (see the module).
                    $name(unsafe { $by_sign })
                }
            )?

            $(
                #[inline(always)]
                fn scale(self, shifted: Self) -> Self {
                    let exponent = shifted.sub(Self::splat(<$number as super::Precision>::SHIFT));
                    let ($mantissa, $exponent) = (self.0, exponent.0);
                    // SAFETY: the instructions are there, since the type is (see the module).
                    $name(unsafe { $scaled })
                }

                #[inline(always)]
                fn scale_within(self, shifted: Self) -> Self {
                    self.scale(shifted)
                }
            )?
        }
    };
}

vector! {
    /// `f32` in 128 bits. Every x86-64 processor has it.
    Sse2F32: 4 f32 in __m128, masks __m128, fused false, tests true;
    splat _mm_set1_ps, load _mm_loadu_ps, store _mm_storeu_ps;
    one {
        sqrt |x| _mm_sqrt_ps(x);
        to_exponent |x| _mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_castps_si128(x)));
        exponent_bits |x| _mm_castsi128_ps(_mm_srli_epi32::<23>(_mm_castps_si128(x)));
        to_sign |x| _mm_castsi128_ps(_mm_slli_epi32::<31>(_mm_castps_si128(x)));
        halve_bits |x| _mm_castsi128_ps(_mm_srli_epi32::<1>(_mm_castps_si128(x)));
    }
    two {
        add |a, b| _mm_add_ps(a, b);
        sub |a, b| _mm_sub_ps(a, b);
        mul |a, b| _mm_mul_ps(a, b);
        div |a, b| _mm_div_ps(a, b);
        min_or_other |a, b| _mm_min_ps(a, b);
        max_or_other |a, b| _mm_max_ps(a, b);
        and |a, b| _mm_and_ps(a, b);
        or |a, b| _mm_or_ps(a, b);
        xor |a, b| _mm_xor_ps(a, b);
        and_not |a, b| _mm_andnot_ps(b, a);
        add_bits |a, b| _mm_castsi128_ps(_mm_add_epi32(_mm_castps_si128(a), _mm_castps_si128(b)));
        sub_bits |a, b| _mm_castsi128_ps(_mm_sub_epi32(_mm_castps_si128(a), _mm_castps_si128(b)));
    }
    mul_add |a, b, c| _mm_add_ps(_mm_mul_ps(a, b), c);
    compare {
        less |a, b| _mm_cmplt_ps(a, b);
        less_equal |a, b| _mm_cmple_ps(a, b);
        equal |a, b| _mm_cmpeq_ps(a, b);
        greater_bits |a, b| _mm_castsi128_ps(_mm_cmpgt_epi32(_mm_castps_si128(a), _mm_castps_si128(b)));
    }
    select |mask, yes, no| _mm_or_ps(_mm_and_ps(mask, yes), _mm_andnot_ps(mask, no));
    masks {
        mask_and |a, b| _mm_and_ps(a, b);
        mask_or |a, b| _mm_or_ps(a, b);
    }
    mask_not |mask| _mm_xor_ps(mask, _mm_castsi128_ps(_mm_set1_epi32(-1)));
    mask_bits |mask| _mm_movemask_ps(mask).cast_unsigned();
}

vector! {
    /// `f64` in 128 bits. Every x86-64 processor has it.
    Sse2F64: 2 f64 in __m128d, masks __m128d, fused false, tests true;
    splat _mm_set1_pd, load _mm_loadu_pd, store _mm_storeu_pd;
    one {
        sqrt |x| _mm_sqrt_pd(x);
        to_exponent |x| _mm_castsi128_pd(_mm_slli_epi64::<52>(_mm_castpd_si128(x)));
        exponent_bits |x| _mm_castsi128_pd(_mm_srli_epi64::<52>(_mm_castpd_si128(x)));
        to_sign |x| _mm_castsi128_pd(_mm_slli_epi64::<63>(_mm_castpd_si128(x)));
        halve_bits |x| _mm_castsi128_pd(_mm_srli_epi64::<1>(_mm_castpd_si128(x)));
    }
    two {
        add |a, b| _mm_add_pd(a, b);
        sub |a, b| _mm_sub_pd(a, b);
        mul |a, b| _mm_mul_pd(a, b);
        div |a, b| _mm_div_pd(a, b);
        min_or_other |a, b| _mm_min_pd(a, b);
        max_or_other |a, b| _mm_max_pd(a, b);
        and |a, b| _mm_and_pd(a, b);
        or |a, b| _mm_or_pd(a, b);
        xor |a, b| _mm_xor_pd(a, b);
        and_not |a, b| _mm_andnot_pd(b, a);
        add_bits |a, b| _mm_castsi128_pd(_mm_add_epi64(_mm_castpd_si128(a), _mm_castpd_si128(b)));
        sub_bits |a, b| _mm_castsi128_pd(_mm_sub_epi64(_mm_castpd_si128(a), _mm_castpd_si128(b)));
    }
    mul_add |a, b, c| _mm_add_pd(_mm_mul_pd(a, b), c);
    compare {
        less |a, b| _mm_cmplt_pd(a, b);
        less_equal |a, b| _mm_cmple_pd(a, b);
        equal |a, b| _mm_cmpeq_pd(a, b);
        greater_bits |a, b| {
            // The upper halves alone, which is what SSE2 has; see the method.
            let upper = _mm_cmpgt_epi32(_mm_castpd_si128(a), _mm_castpd_si128(b));
            _mm_castsi128_pd(_mm_shuffle_epi32::<0b11_11_01_01>(upper))
        };
    }
    select |mask, yes, no| _mm_or_pd(_mm_and_pd(mask, yes), _mm_andnot_pd(mask, no));
    masks {
        mask_and |a, b| _mm_and_pd(a, b);
        mask_or |a, b| _mm_or_pd(a, b);
    }
    mask_not |mask| _mm_xor_pd(mask, _mm_castsi128_pd(_mm_set1_epi32(-1)));
    mask_bits |mask| _mm_movemask_pd(mask).cast_unsigned();
}

vector! {
    /// `f32` in 256 bits. AVX2 with FMA.
    Avx2F32: 8 f32 in __m256, masks __m256, fused true, tests true;
    splat _mm256_set1_ps, load _mm256_loadu_ps, store _mm256_storeu_ps;
    one {
        sqrt |x| _mm256_sqrt_ps(x);
        to_exponent |x| _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(x)));
        exponent_bits |x| _mm256_castsi256_ps(_mm256_srli_epi32::<23>(_mm256_castps_si256(x)));
        to_sign |x| _mm256_castsi256_ps(_mm256_slli_epi32::<31>(_mm256_castps_si256(x)));
        halve_bits |x| _mm256_castsi256_ps(_mm256_srli_epi32::<1>(_mm256_castps_si256(x)));
    }
    two {
        add |a, b| _mm256_add_ps(a, b);
        sub |a, b| _mm256_sub_ps(a, b);
        mul |a, b| _mm256_mul_ps(a, b);
        div |a, b| _mm256_div_ps(a, b);
        min_or_other |a, b| _mm256_min_ps(a, b);
        max_or_other |a, b| _mm256_max_ps(a, b);
        and |a, b| _mm256_and_ps(a, b);
        or |a, b| _mm256_or_ps(a, b);
        xor |a, b| _mm256_xor_ps(a, b);
        and_not |a, b| _mm256_andnot_ps(b, a);
        add_bits |a, b| _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), _mm256_castps_si256(b)));
        sub_bits |a, b| _mm256_castsi256_ps(_mm256_sub_epi32(_mm256_castps_si256(a), _mm256_castps_si256(b)));
    }
    mul_add |a, b, c| _mm256_fmadd_ps(a, b, c);
    compare {
        less |a, b| _mm256_cmp_ps::<_CMP_LT_OQ>(a, b);
        less_equal |a, b| _mm256_cmp_ps::<_CMP_LE_OQ>(a, b);
        equal |a, b| _mm256_cmp_ps::<_CMP_EQ_OQ>(a, b);
        greater_bits |a, b| _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_castps_si256(a), _mm256_castps_si256(b)));
    }
    select |mask, yes, no| _mm256_blendv_ps(no, yes, mask);
    masks {
        mask_and |a, b| _mm256_and_ps(a, b);
        mask_or |a, b| _mm256_or_ps(a, b);
    }
    mask_not |mask| _mm256_xor_ps(mask, _mm256_castsi256_ps(_mm256_set1_epi32(-1)));
    mask_bits |mask| _mm256_movemask_ps(mask).cast_unsigned();
    negative |sign, yes, no| _mm256_blendv_ps(no, yes, sign);
}

vector! {
    /// `f64` in 256 bits. AVX2 with FMA.
    Avx2F64: 4 f64 in __m256d, masks __m256d, fused true, tests true;
    splat _mm256_set1_pd, load _mm256_loadu_pd, store _mm256_storeu_pd;
    one {
        sqrt |x| _mm256_sqrt_pd(x);
        to_exponent |x| _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(x)));
        exponent_bits |x| _mm256_castsi256_pd(_mm256_srli_epi64::<52>(_mm256_castpd_si256(x)));
        to_sign |x| _mm256_castsi256_pd(_mm256_slli_epi64::<63>(_mm256_castpd_si256(x)));
        halve_bits |x| _mm256_castsi256_pd(_mm256_srli_epi64::<1>(_mm256_castpd_si256(x)));
    }
    two {
        add |a, b| _mm256_add_pd(a, b);
        sub |a, b| _mm256_sub_pd(a, b);
        mul |a, b| _mm256_mul_pd(a, b);
        div |a, b| _mm256_div_pd(a, b);
        min_or_other |a, b| _mm256_min_pd(a, b);
        max_or_other |a, b| _mm256_max_pd(a, b);
        and |a, b| _mm256_and_pd(a, b);
        or |a, b| _mm256_or_pd(a, b);
        xor |a, b| _mm256_xor_pd(a, b);
        and_not |a, b| _mm256_andnot_pd(b, a);
        add_bits |a, b| _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(a), _mm256_castpd_si256(b)));
        sub_bits |a, b| _mm256_castsi256_pd(_mm256_sub_epi64(_mm256_castpd_si256(a), _mm256_castpd_si256(b)));
    }
    mul_add |a, b, c| _mm256_fmadd_pd(a, b, c);
    compare {
        less |a, b| _mm256_cmp_pd::<_CMP_LT_OQ>(a, b);
        less_equal |a, b| _mm256_cmp_pd::<_CMP_LE_OQ>(a, b);
        equal |a, b| _mm256_cmp_pd::<_CMP_EQ_OQ>(a, b);
        greater_bits |a, b| _mm256_castsi256_pd(_mm256_cmpgt_epi64(_mm256_castpd_si256(a), _mm256_castpd_si256(b)));
    }
    select |mask, yes, no| _mm256_blendv_pd(no, yes, mask);
    masks {
        mask_and |a, b| _mm256_and_pd(a, b);
        mask_or |a, b| _mm256_or_pd(a, b);
    }
    mask_not |mask| _mm256_xor_pd(mask, _mm256_castsi256_pd(_mm256_set1_epi32(-1)));
    mask_bits |mask| _mm256_movemask_pd(mask).cast_unsigned();
    negative |sign, yes, no| _mm256_blendv_pd(no, yes, sign);
}

vector! {
    /// `f32` in 512 bits. AVX-512 with its DQ part.
    Avx512F32: 16 f32 in __m512, masks __mmask16, fused true, tests false;
    splat _mm512_set1_ps, load _mm512_loadu_ps, store _mm512_storeu_ps;
    one {
        sqrt |x| _mm512_sqrt_ps(x);
        to_exponent |x| _mm512_castsi512_ps(_mm512_slli_epi32::<23>(_mm512_castps_si512(x)));
        exponent_bits |x| _mm512_castsi512_ps(_mm512_srli_epi32::<23>(_mm512_castps_si512(x)));
        to_sign |x| _mm512_castsi512_ps(_mm512_slli_epi32::<31>(_mm512_castps_si512(x)));
        halve_bits |x| _mm512_castsi512_ps(_mm512_srli_epi32::<1>(_mm512_castps_si512(x)));
    }
    two {
        add |a, b| _mm512_add_ps(a, b);
        sub |a, b| _mm512_sub_ps(a, b);
        mul |a, b| _mm512_mul_ps(a, b);
        div |a, b| _mm512_div_ps(a, b);
        min_or_other |a, b| _mm512_min_ps(a, b);
        max_or_other |a, b| _mm512_max_ps(a, b);
        and |a, b| _mm512_and_ps(a, b);
        or |a, b| _mm512_or_ps(a, b);
        xor |a, b| _mm512_xor_ps(a, b);
        and_not |a, b| _mm512_andnot_ps(b, a);
        add_bits |a, b| _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(a), _mm512_castps_si512(b)));
        sub_bits |a, b| _mm512_castsi512_ps(_mm512_sub_epi32(_mm512_castps_si512(a), _mm512_castps_si512(b)));
    }
    mul_add |a, b, c| _mm512_fmadd_ps(a, b, c);
    compare {
        less |a, b| _mm512_cmp_ps_mask::<_CMP_LT_OQ>(a, b);
        less_equal |a, b| _mm512_cmp_ps_mask::<_CMP_LE_OQ>(a, b);
        equal |a, b| _mm512_cmp_ps_mask::<_CMP_EQ_OQ>(a, b);
        greater_bits |a, b| _mm512_cmpgt_epi32_mask(_mm512_castps_si512(a), _mm512_castps_si512(b));
    }
    select |mask, yes, no| _mm512_mask_blend_ps(mask, no, yes);
    masks {
        mask_and |a, b| a & b;
        mask_or |a, b| a | b;
    }
    mask_not |mask| !mask;
    mask_bits |mask| u32::from(mask);
    scale |mantissa, exponent| _mm512_scalef_ps(mantissa, exponent);
}

vector! {
    /// `f64` in 512 bits. AVX-512 with its DQ part.
    Avx512F64: 8 f64 in __m512d, masks __mmask8, fused true, tests false;
    splat _mm512_set1_pd, load _mm512_loadu_pd, store _mm512_storeu_pd;
    one {
        sqrt |x| _mm512_sqrt_pd(x);
        to_exponent |x| _mm512_castsi512_pd(_mm512_slli_epi64::<52>(_mm512_castpd_si512(x)));
        exponent_bits |x| _mm512_castsi512_pd(_mm512_srli_epi64::<52>(_mm512_castpd_si512(x)));
        to_sign |x| _mm512_castsi512_pd(_mm512_slli_epi64::<63>(_mm512_castpd_si512(x)));
        halve_bits |x| _mm512_castsi512_pd(_mm512_srli_epi64::<1>(_mm512_castpd_si512(x)));
    }
    two {
        add |a, b| _mm512_add_pd(a, b);
        sub |a, b| _mm512_sub_pd(a, b);
        mul |a, b| _mm512_mul_pd(a, b);
        div |a, b| _mm512_div_pd(a, b);
        min_or_other |a, b| _mm512_min_pd(a, b);
        max_or_other |a, b| _mm512_max_pd(a, b);
        and |a, b| _mm512_and_pd(a, b);
        or |a, b| _mm512_or_pd(a, b);
        xor |a, b| _mm512_xor_pd(a, b);
        and_not |a, b| _mm512_andnot_pd(b, a);
        add_bits |a, b| _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(a), _mm512_castpd_si512(b)));
        sub_bits |a, b| _mm512_castsi512_pd(_mm512_sub_epi64(_mm512_castpd_si512(a), _mm512_castpd_si512(b)));
    }
    mul_add |a, b, c| _mm512_fmadd_pd(a, b, c);
    compare {
        less |a, b| _mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b);
        less_equal |a, b| _mm512_cmp_pd_mask::<_CMP_LE_OQ>(a, b);
        equal |a, b| _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(a, b);
        greater_bits |a, b| _mm512_cmpgt_epi64_mask(_mm512_castpd_si512(a), _mm512_castpd_si512(b));
    }
    select |mask, yes, no| _mm512_mask_blend_pd(mask, no, yes);
    masks {
        mask_and |a, b| a & b;
        mask_or |a, b| a | b;
    }
    mask_not |mask| !mask;
    mask_bits |mask| u32::from(mask);
    scale |mantissa, exponent| _mm512_scalef_pd(mantissa, exponent);
}
