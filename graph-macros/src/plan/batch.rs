//! What is computed at each point of a batch: the value and the gradient, or the outputs and the Jacobian.
//!
//! Invariant: the body has no test that branches, since the points of a batch are lanes of one vector and take every branch
//! together.

use super::{Body, Derivatives};
use crate::lower::Unit;

pub fn batch(unit: &Unit) -> Body {
    let body = Derivatives::of(unit).body();
    let body = match body.guard {
        Some(guard) => Body::whole(guard.otherwise.graph, guard.otherwise.results),
        None => body,
    };
    Body {
        lanes: true,
        ..body
    }
}
