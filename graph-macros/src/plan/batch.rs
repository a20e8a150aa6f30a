//! What is computed at each point of a batch: the value and the gradient, or the outputs and the Jacobian.
//!
//! Invariant: what a point gets does not depend on its neighbours. The points are lanes of one vector, so where the quick version
//! does not hold for one of them, all compute the careful one too, and each picks the version that is its own.

use super::{Body, jacobian, single_number, value_and_grad};
use crate::lower::Unit;

pub fn batch(unit: &Unit) -> Body {
    let mut body = match single_number(unit) {
        true => value_and_grad(unit),
        false => jacobian(unit),
    };
    body.lanes = true;
    if let Some(guard) = &mut body.guard {
        guard.otherwise.lanes = true;
    }
    body
}
