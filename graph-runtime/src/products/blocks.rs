//! A product of two matrices: cut into blocks for the caches, into strips, and into tiles for the registers.
//!
//! A tile is a few rows by one or two vectors of columns, over up to [`DEPTH`] terms at a time (Goto and van de Geijn,
//! "Anatomy of high-performance matrix multiplication", 2008). A factor that is read often enough is packed first, in the
//! order in which tiles read it; one that is not is read where it lies. Invariant: an entry is the same sum in the same
//! order, by whichever tile it is computed.

use std::ops::Range;

use super::Factor;
use super::pack::Strips;
use super::tile::{self, Across, Along, Left, Place};
use crate::Number;
use crate::lanes::Vector;

/// How many terms of a sum are computed at a time: a packed strip of the right factor stays in the first cache meanwhile.
const DEPTH: usize = 320;
/// How many rows of the left factor are packed at a time, about: they stay in the second cache.
const ROWS: usize = 240;
/// How many columns of the right factor are packed at a time: they stay in the last cache.
const COLUMNS: usize = 1024;

/// How many rows a tile has for products of so few.
pub const FEW: usize = 4;
/// A factor that is read by more tiles than this is packed first.
const OFTEN: usize = 4;

/// Where a product goes.
#[derive(Debug)]
pub struct Sums<'a, T> {
    pub entries: &'a mut [T],
    pub strides: [usize; 2],
    /// Whether the product is added to what is there.
    pub added: bool,
}

impl<'a, T> Sums<'a, T> {
    fn transposed(self) -> Sums<'a, T> {
        let [row, column] = self.strides;
        let strides = [column, row];
        Sums { strides, ..self }
    }

    /// The part from a row and a column on.
    fn part(&mut self, row: usize, column: usize) -> Sums<'_, T> {
        Sums {
            entries: &mut self.entries[row * self.strides[0] + column * self.strides[1]..],
            ..*self
        }
    }
}

/// Cuts a product into blocks that fit the caches.
#[inline(always)]
pub fn blocks<V: Vector, const TALL: usize>(
    a: Factor<'_, V::Number>,
    b: Factor<'_, V::Number>,
    sums: Sums<'_, V::Number>,
    memory: &mut [Vec<V::Number>; 2],
) {
    let (a, b, mut sums) = if better_turned::<V, TALL>(a, b) {
        (b.transposed(), a.transposed(), sums.transposed())
    } else {
        (a, b, sums)
    };
    let added = sums.added;
    let wide = if b.columns > V::LANES {
        2 * V::LANES
    } else {
        V::LANES
    };
    let [left_memory, right_memory] = memory;
    for columns in parts(b.columns, COLUMNS, wide) {
        for terms in parts(a.columns, DEPTH, 1) {
            sums.added = added || terms.start > 0;
            let right = b.part(&terms, &columns).transposed();
            let right = if Strips::fit(&right, wide) && a.rows <= OFTEN * TALL {
                Strips::in_place(right, wide)
            } else {
                Strips::packed(right, wide, right_memory)
            };
            for rows in parts(a.rows, ROWS, TALL) {
                let left = a.part(&rows, &terms);
                let mut block = sums.part(rows.start, columns.start);
                let extents = [rows.len(), columns.len()];
                let often = columns.len() > OFTEN * wide;
                // Few rows are packed in no time.
                let few = TALL == FEW && V::FMA;
                if !often && !few && left.by_rows() {
                    strips::<V, _, TALL>(left, right, extents, &mut block);
                    continue;
                }
                let left = if !often && Strips::fit(&left, TALL) {
                    Strips::in_place(left, TALL)
                } else {
                    Strips::packed(left, TALL, left_memory)
                };
                strips::<V, _, TALL>(left, right, extents, &mut block);
            }
        }
    }
}

/// Equal parts of a range, none longer than `limit`, all but the last a multiple of `unit`.
#[inline(always)]
fn parts(extent: usize, limit: usize, unit: usize) -> impl Iterator<Item = Range<usize>> {
    let size = if extent <= limit {
        extent
    } else {
        extent
            .div_ceil(extent.div_ceil(limit))
            .next_multiple_of(unit)
    };
    let mut next = 0;
    std::iter::from_fn(move || {
        let from = next;
        next = extent.min(from + size);
        (from < extent).then_some(from..next)
    })
}

/// Whether the transpose of a product takes less time, although it is written entry by entry.
#[inline(always)]
fn better_turned<V: Vector, const TALL: usize>(
    a: Factor<'_, V::Number>,
    b: Factor<'_, V::Number>,
) -> bool {
    let writing = 2 * a.rows * b.columns * a.columns.div_ceil(DEPTH);
    time::<V, TALL>(b.transposed(), a.transposed()) + writing < time::<V, TALL>(a, b)
}

/// About how many cycles a product takes: two vectors of terms a cycle, the lanes and rows included that are computed for
/// nothing, and what it takes to pack a right factor whose columns do not lie side by side.
#[inline(always)]
fn time<V: Vector, const TALL: usize>(a: Factor<'_, V::Number>, b: Factor<'_, V::Number>) -> usize {
    let tiles = a.rows.next_multiple_of(TALL) * b.columns.next_multiple_of(V::LANES);
    let packing = if b.by_rows() { 0 } else { b.columns };
    (tiles / (2 * V::LANES) + packing) * a.columns
}

/// A block of the product, one strip of columns after the other.
#[inline(always)]
fn strips<V, L, const TALL: usize>(
    left: L,
    right: Strips<'_, V::Number>,
    [rows, columns]: [usize; 2],
    sums: &mut Sums<'_, V::Number>,
) where
    V: Vector,
    L: TileRows<V::Number, TALL>,
{
    for column in (0..columns).step_by(2 * V::LANES) {
        let rest = columns - column;
        if rest > V::LANES {
            strip::<V, L, TALL, 2>(left, right, rows, column..columns, sums);
        } else {
            strip::<V, L, TALL, 1>(left, right, rows, column..columns, sums);
        }
    }
}

/// The tiles of one strip of columns.
#[inline(always)]
fn strip<V, L, const TALL: usize, const VECTORS: usize>(
    left: L,
    right: Strips<'_, V::Number>,
    rows: usize,
    columns: Range<usize>,
    sums: &mut Sums<'_, V::Number>,
) where
    V: Vector,
    L: TileRows<V::Number, TALL>,
{
    let wide = VECTORS * V::LANES;
    let (strip, skipped_columns) = right.strip(columns.start, wide);
    for row in (0..rows).step_by(TALL) {
        let (left, skipped_rows) = left.tile(row);
        let tile = tile::tile::<V, _, TALL, VECTORS>(left, (strip, right.step), right.terms);
        let place = Place {
            at: row * sums.strides[0] + columns.start * sums.strides[1],
            skipped: [skipped_rows, skipped_columns],
            extents: [TALL.min(rows - row), wide.min(columns.len())],
        };
        tile::put(tile, &place, sums);
    }
}

/// The rows of a left factor, as many at a time as a tile has.
trait TileRows<T, const TALL: usize>: Copy {
    type Tile: Left<T>;

    /// TileRows with row `from` among them, and which of them that is.
    fn tile(&self, from: usize) -> (Self::Tile, usize);
}

impl<'a, T: Number, const TALL: usize> TileRows<T, TALL> for Factor<'a, T> {
    type Tile = Along<'a, T, TALL>;

    /// Where there are too few rows the last one stands in for the others.
    #[inline(always)]
    fn tile(&self, from: usize) -> (Along<'a, T, TALL>, usize) {
        let mut rows = [&self.entries[..0]; TALL];
        for (index, row) in rows.iter_mut().enumerate() {
            let start = (from + index).min(self.rows - 1) * self.strides[0];
            *row = &self.entries[start..start + self.columns];
        }
        (Along { rows }, 0)
    }
}

impl<'a, T: Number, const TALL: usize> TileRows<T, TALL> for Strips<'a, T> {
    type Tile = Across<'a, T, TALL>;

    #[inline(always)]
    fn tile(&self, from: usize) -> (Across<'a, T, TALL>, usize) {
        let (strip, skipped) = self.strip(from, TALL);
        let step = self.step;
        (Across { strip, step }, skipped)
    }
}
