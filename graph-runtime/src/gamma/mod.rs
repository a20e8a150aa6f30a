//! The logarithm of the gamma function and its derivatives, the same for numbers and for lanes.
//!
//! Numbers below 0 go through the reflection (DLMF 5.5 and 5.15), so each is taken by its distance from a whole number, which is
//! exact. Invariant: what cancels is kept in two parts on the way, so that there is one rounding of the result and little more.

mod polygamma;

pub use polygamma::polygamma;

use crate::Real;

/// A number below 0 by its distance from the nearest whole number.
#[inline(always)]
fn from_whole<T: Real>(size: T) -> T {
    // From here on numbers are whole.
    let whole = T::of(if T::IS_SINGLE {
        (1_u32 << 23) as f64
    } else {
        (1_u64 << 52) as f64
    });
    let rest = size - ((size + whole) - whole);
    T::select(size.less(whole), rest, T::of(0.0))
}
