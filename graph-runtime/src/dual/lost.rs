//! Where a tangent would be lost, and a derivative be 0 that is not: an error of the program that asks for it, when it is built.
//!
//! Invariant: a constant stands in the method itself, so that rustc points at the call of that.

use core::marker::PhantomData;

/// What a program must not ask for; one constant each.
pub struct Lost<T>(PhantomData<T>);

impl<T> Lost<T> {
    /// In a function of plain numbers.
    pub const IN_FUNCTION: () = panic!(
        "a second derivative goes through this function of plain numbers, whose slopes are not known: write \
         `T::lane_by_lane_with_slopes(arguments, function, slopes)`, or hold what the call gives constant with `stop`"
    );
    /// In a plain number that takes the place of one with a tangent.
    pub const IN_CONVERSION: () = panic!(
        "a second derivative goes through this `f64`, which does not move: compute with the number itself, or write \
         `T::lane_by_lane_with_slopes(arguments, function, slopes)`"
    );
}
