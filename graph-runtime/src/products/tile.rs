//! One tile of a product: its sums stay in registers while the terms go by.
//!
//! Invariant: everything is inlined into the function that is compiled for the lanes' instruction set, and all loops but
//! that over the terms have constant bounds, so that no sum leaves its register.

#![allow(
    clippy::needless_range_loop,
    reason = "loops of constant length over several arrays at once"
)]

use super::blocks::Sums;
use crate::Real;
use crate::lanes::{Lanes, MAX_LANES, Vector};

/// The rows of a left factor that a tile reads.
pub trait Left<T>: Copy {
    /// The entry of a row at a term.
    fn entry(&self, row: usize, term: usize) -> T;
}

/// A strip: entries of a term side by side.
#[derive(Clone, Copy)]
pub struct Across<'a, T, const ROWS: usize> {
    pub strip: &'a [T],
    pub step: usize,
}

impl<T: Copy, const ROWS: usize> Left<T> for Across<'_, T, ROWS> {
    #[inline(always)]
    fn entry(&self, row: usize, term: usize) -> T {
        self.strip[term * self.step..][..ROWS][row]
    }
}

/// Rows where they lie, each cut to the number of terms.
#[derive(Clone, Copy)]
pub struct Along<'a, T, const ROWS: usize> {
    pub rows: [&'a [T]; ROWS],
}

impl<T: Copy, const ROWS: usize> Left<T> for Along<'_, T, ROWS> {
    #[inline(always)]
    fn entry(&self, row: usize, term: usize) -> T {
        self.rows[row][term]
    }
}

/// The sums of a tile of `ROWS` rows and `VECTORS` vectors of columns.
#[inline(always)]
pub fn tile<V, L, const ROWS: usize, const VECTORS: usize>(
    left: L,
    (right, step): (&[V::Number], usize),
    terms: usize,
) -> [[Lanes<V>; VECTORS]; ROWS]
where
    V: Vector,
    L: Left<V::Number>,
{
    let mut sums = [[Lanes::<V>::of(0.0); VECTORS]; ROWS];
    for term in 0..terms {
        let right = &right[term * step..][..VECTORS * V::LANES];
        let mut columns = [Lanes::<V>::of(0.0); VECTORS];
        for vector in 0..VECTORS {
            columns[vector] = Lanes::load(right, vector * V::LANES);
        }
        for row in 0..ROWS {
            let factor = Lanes::number(left.entry(row, term));
            for vector in 0..VECTORS {
                sums[row][vector] = factor.mul_add(columns[vector], sums[row][vector]);
            }
        }
    }
    // A copy, since what is written out later by rows of any number could not stay in registers.
    let mut result = [[Lanes::<V>::of(0.0); VECTORS]; ROWS];
    for row in 0..ROWS {
        for vector in 0..VECTORS {
            result[row][vector] = sums[row][vector];
        }
    }
    result
}

/// The part of a tile that is written, and where to.
pub struct Place {
    /// Where the first entry goes.
    pub at: usize,
    /// The rows and columns that are left out at the start.
    pub skipped: [usize; 2],
    /// The rows and columns that are written.
    pub extents: [usize; 2],
}

/// Writes a tile, or adds it to what is there.
#[inline(always)]
pub fn put<V, const ROWS: usize, const VECTORS: usize>(
    tile: [[Lanes<V>; VECTORS]; ROWS],
    place: &Place,
    sums: &mut Sums<'_, V::Number>,
) where
    V: Vector,
{
    let width = VECTORS * V::LANES;
    let [first, first_column] = place.skipped;
    let [rows, columns] = place.extents;
    if sums.strides[1] == 1 && columns == width {
        for row in 0..rows {
            let at = place.at + row * sums.strides[0];
            let to = &mut sums.entries[at..at + width];
            for vector in 0..VECTORS {
                let mut sum = tile[first + row][vector];
                if sums.added {
                    sum = sum + Lanes::load(to, vector * V::LANES);
                }
                sum.store(to, vector * V::LANES);
            }
        }
        return;
    }
    for row in 0..rows {
        let mut entries = [V::Number::of(0.0); 2 * MAX_LANES];
        for vector in 0..VECTORS {
            tile[first + row][vector].store(&mut entries, vector * V::LANES);
        }
        let at = place.at + row * sums.strides[0];
        put_row(&entries[first_column..][..columns], at, sums);
    }
}

/// A row one entry after the other. It is the same for all tiles, so it is compiled once.
#[inline(never)]
fn put_row<T: Real>(entries: &[T], at: usize, sums: &mut Sums<'_, T>) {
    let put = |to: &mut T, entry: T| *to = if sums.added { *to + entry } else { entry };
    if sums.strides[1] == 1 {
        let to = &mut sums.entries[at..at + entries.len()];
        to.iter_mut()
            .zip(entries)
            .for_each(|(to, entry)| put(to, *entry));
    } else {
        let to = sums.entries[at..].iter_mut().step_by(sums.strides[1]);
        to.zip(entries).for_each(|(to, entry)| put(to, *entry));
    }
}
