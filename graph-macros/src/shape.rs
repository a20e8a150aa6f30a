//! Compile-time shapes: comparing, broadcasting and the words for both in messages.
//!
//! Invariant: two extents are equal only if they are the same literal or the same name with the same shift. What cannot be
//! proved equal is an error here; what a name's size is, is checked at run time before any arithmetic.

use std::fmt;
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

    /// The extent where every extent is a literal: of small arrays, which are taken apart.
    pub fn literal_size(&self) -> usize {
        let size = self.size();
        size.unwrap_or_else(|| {
            unreachable!(
                "{} is no literal, but the array is taken apart",
                text(std::slice::from_ref(self))
            )
        })
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

    /// `self + other`, where one of them is a literal.
    pub fn plus(&self, other: &Dim) -> Option<Dim> {
        match (&self.name, &other.name) {
            (_, None) => Some(self.shifted(other.offset)),
            (None, _) => Some(other.shifted(self.offset)),
            _ => None,
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

/// Why two shapes do not broadcast.
#[derive(Clone, Debug, PartialEq)]
pub enum Misfit {
    /// Arrays of one rank whose extents differ along an axis.
    Axis {
        axis: usize,
        rank: usize,
        named: bool,
    },
    /// They differ once the shapes are aligned at their last axes.
    Aligned,
    /// Each would stretch the other.
    Stretch,
}

/// What the shapes alone do not say, as the end of a message.
impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Misfit::Axis { axis, rank, named } => {
                if *rank > 1 {
                    write!(f, "; they differ along axis {axis}")?;
                }
                match named {
                    true => f.write_str("; extents that are always equal have one name"),
                    false => Ok(()),
                }
            }
            Misfit::Aligned => {
                f.write_str("; shapes are aligned at their last axes, where an extent of 1 stretches")
            }
            Misfit::Stretch => f.write_str(
                "; together they would make a larger array than either, which is rarely meant: index or sum one of them first",
            ),
        }
    }
}

/// NumPy's rule: aligned at the last axis, an extent of 1 stretches. A column does not meet a vector of its own length by
/// it, since that makes a matrix of what was meant as two vectors (`[n, 1]` against `[n]`); one of another length it does
/// (`[n, 1]` against `[k]` is `[n, k]`).
pub fn broadcast(a: &Shape, b: &Shape) -> Result<Shape, Misfit> {
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
            (Some(_), Some(_)) if a.len() != b.len() => return Err(Misfit::Aligned),
            (Some(left), Some(right)) => {
                let named = left.name.is_some() && right.name.is_some() && left.name != right.name;
                return Err(Misfit::Axis { axis, rank, named });
            }
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
    if a_grows && b_grows && is_accident(a, b) {
        Err(Misfit::Stretch)
    } else {
        Ok(dims.into())
    }
}

/// Whether an axis of the longer shape, which the shorter one lacks, is an extent that the shorter one has in another
/// place, where the longer one has 1.
fn is_accident(a: &Shape, b: &Shape) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let (lacking, rest) = long.split_at(long.len() - short.len());
    let mut stretched = rest.iter().zip(&**short).filter(|(one, _)| one.is_one());
    stretched.any(|(_, extent)| lacking.contains(extent))
}

fn at(shape: &Shape, rank: usize, axis: usize) -> Option<&Dim> {
    (axis + shape.len())
        .checked_sub(rank)
        .map(|axis| &shape[axis])
}
