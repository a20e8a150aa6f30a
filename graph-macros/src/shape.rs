//! Compile-time shapes: comparing, broadcasting and the words for both in messages.
//!
//! Invariant: two extents are equal only if they are the same literal or the same name with the same shift. What cannot be
//! proved equal is an error here; what a name's size is, is checked at run time before any arithmetic.

use std::rc::Rc;

use crate::graph::{Dim, Shape};

/// The largest extent, index and shift; sums of some of them are far from what `i64` holds.
pub const LARGEST: i64 = i32::MAX as i64;

impl Dim {
    pub fn literal(size: i64) -> Dim {
        Dim {
            name: None,
            offset: size,
        }
    }

    /// The extent or index that a number of the user's stands for, if it may be one.
    pub fn of_number(value: f64) -> Option<Dim> {
        let whole = value.fract() == 0.0 && value.abs() <= LARGEST as f64;
        whole.then(|| Dim::literal(value as i64))
    }

    pub fn is_one(&self) -> bool {
        *self == Dim::literal(1)
    }

    pub fn size(&self) -> Option<usize> {
        match self.name {
            None => usize::try_from(self.offset).ok(),
            Some(_) => None,
        }
    }

    pub fn shifted(&self, by: i64) -> Dim {
        Dim {
            name: self.name.clone(),
            offset: self.offset.saturating_add(by),
        }
    }

    /// `self - other`, where both have the same name or neither has one.
    pub fn minus(&self, other: &Dim) -> Option<Dim> {
        match (&self.name, &other.name) {
            (_, None) => Some(self.shifted(-other.offset)),
            (Some(a), Some(b)) if a == b => Some(Dim::literal(self.offset - other.offset)),
            _ => None,
        }
    }
}

pub fn number() -> Shape {
    Rc::from([])
}

pub fn dim_text(dim: &Dim) -> String {
    match (&dim.name, dim.offset) {
        (None, size) => size.to_string(),
        (Some(name), 0) => name.to_string(),
        (Some(name), shift) if shift > 0 => format!("{name} + {shift}"),
        (Some(name), shift) => format!("{name} - {}", -shift),
    }
}

/// `[n, 3]`, or `a number`.
pub fn text(shape: &[Dim]) -> String {
    if shape.is_empty() {
        return "a number".to_owned();
    }
    let dims: Vec<_> = shape.iter().map(dim_text).collect();
    format!("[{}]", dims.join(", "))
}

/// NumPy's rule: aligned at the last axis, an extent of 1 stretches. A vector does not meet a column by it, since that
/// makes a matrix of what was meant as two vectors (`[n, 1]` against `[n]`).
pub fn broadcast(a: &Shape, b: &Shape) -> Result<Shape, &'static str> {
    let rank = a.len().max(b.len());
    let mut dims = vec![Dim::literal(1); rank];
    let (mut a_grows, mut b_grows) = (false, false);
    for (axis, dim) in dims.iter_mut().enumerate() {
        let left = at(a, rank, axis);
        let right = at(b, rank, axis);
        *dim = match (left, right) {
            (Some(left), Some(right)) if left == right => left.clone(),
            (Some(left), Some(right)) if left.is_one() => {
                a_grows = true;
                right.clone()
            }
            (Some(left), Some(right)) if right.is_one() => {
                b_grows = true;
                left.clone()
            }
            (Some(_), Some(_)) => return Err("differ"),
            (Some(only), None) => {
                b_grows |= !b.is_empty() && !only.is_one();
                only.clone()
            }
            (None, Some(only)) => {
                a_grows |= !a.is_empty() && !only.is_one();
                only.clone()
            }
            (None, None) => continue,
        };
    }
    let accidental = a_grows && b_grows && a.len() != b.len();
    if accidental {
        Err("stretch")
    } else {
        Ok(dims.into())
    }
}

fn at(shape: &Shape, rank: usize, axis: usize) -> Option<&Dim> {
    (axis + shape.len())
        .checked_sub(rank)
        .map(|axis| &shape[axis])
}
