//! Compile-time shapes: comparing, broadcasting and the words for both in messages.
//!
//! Invariant: two extents are equal only if they are the same literal or the same name with the same shift. What cannot be
//! proved equal is an error here; what a name's size is, is checked at run time before any arithmetic.

use std::fmt;
use std::rc::Rc;

use crate::graph::{Dim, Shape};

/// The largest extent, index and shift; sums of some of them are far from what `i64` holds.
pub const LARGEST: i64 = i32::MAX as i64;

/// Arrays have at most this many axes, as many as the runtime's loops have.
pub const HIGHEST_RANK: usize = 6;

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
        size.unwrap_or_else(|| unreachable!("[{self}] is no literal, but the array is taken apart"))
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

    /// Where each of several extents begins if they lie one behind the other; one of them at most has a name.
    pub fn starts<'d>(extents: impl Iterator<Item = &'d Dim>) -> Vec<Dim> {
        let mut end = Dim::literal(0);
        let start = |extent: &Dim| {
            let behind = end.plus(extent);
            let behind = behind.unwrap_or_else(|| unreachable!("the whole has an extent: {end}"));
            std::mem::replace(&mut end, behind)
        };
        extents.map(start).collect()
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

/// The most numbers an array may hold to be taken apart into them.
const MOST_TAKEN_APART: usize = 64;

/// Whether an array of the shape is small and of literal extents.
pub fn is_small(dims: &[Dim]) -> bool {
    dims.iter()
        .map(Dim::size)
        .try_fold(1_usize, |count, size| count.checked_mul(size?))
        .is_some_and(|count| count <= MOST_TAKEN_APART)
}

/// How many entries an array of literal extents has.
pub fn entries(dims: &[Dim]) -> usize {
    dims.iter().map(Dim::literal_size).product()
}

pub fn number() -> Shape {
    Rc::from([])
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match (&self.name, self.offset) {
            (None, size) => write!(f, "{size}"),
            (Some(name), 0) => f.write_str(name),
            (Some(name), shift) if shift > 0 => write!(f, "{name} + {shift}"),
            (Some(name), shift) => write!(f, "{name} - {}", -shift),
        }
    }
}

/// `[n, 3]`, or `a number`.
pub fn text(shape: &[Dim]) -> String {
    if shape.is_empty() {
        return "a number".to_owned();
    }
    let dims: Vec<_> = shape.iter().map(Dim::to_string).collect();
    format!("[{}]", dims.join(", "))
}

/// What a message says of a value of this shape.
pub fn is_or_has(shape: &[Dim]) -> String {
    match shape {
        [] => "is a number".to_owned(),
        _ => format!("has the shape {}", text(shape)),
    }
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
    /// They differ once the shapes are aligned at their last axes; they would not if one of them had kept an axis, if any.
    Aligned { kept: Option<usize> },
    /// Each would stretch the other.
    Stretch,
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
            (Some(_), Some(_)) if a.len() != b.len() => {
                return Err(Misfit::Aligned { kept: kept(a, b) });
            }
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

/// Why two shapes have no matrix product.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NoProduct {
    /// One of them is a number.
    Number,
    /// The rows of one are not as long as the columns of the other.
    Inner,
    Batches,
}

/// Vectors, matrices and batches of matrices have a product where their inner extents, and batches, are equal; the answer are the
/// extents of the batches.
pub fn product(left: &Shape, right: &Shape) -> Result<Shape, NoProduct> {
    if left.is_empty() || right.is_empty() {
        return Err(NoProduct::Number);
    }
    if left[left.len() - 1] != right[right.len().saturating_sub(2)] {
        return Err(NoProduct::Inner);
    }
    match [left, right].map(batches) {
        [of_left, of_right] if of_left.is_empty() || of_left == of_right => Ok(of_right.into()),
        [of_left, []] => Ok(of_left.into()),
        _ => Err(NoProduct::Batches),
    }
}

/// The extents of an array of matrices without those of its matrices.
pub fn batches(shape: &Shape) -> &[Dim] {
    &shape[..shape.len().saturating_sub(2)]
}

/// `b`, or `b and h` of several axes.
pub fn extents_text(extents: &[Dim]) -> String {
    let extents: Vec<String> = extents.iter().map(Dim::to_string).collect();
    extents.join(" and ")
}

/// The axis of the longer shape without which it is the shorter one.
fn kept(a: &Shape, b: &Shape) -> Option<usize> {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let without = |axis: &usize| {
        let rest = long.iter().enumerate().filter(|(at, _)| at != axis);
        rest.map(|(_, dim)| dim).eq(short.iter())
    };
    (0..long.len()).find(without)
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
