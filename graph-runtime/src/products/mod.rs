//! Matrix products on vector lanes.
//!
//! The result is computed in tiles that fit the registers: a few rows by one or two vectors of columns, over up to
//! [`DEPTH`] terms at a time (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008). A factor
//! that is read often enough is packed first, in the order in which tiles read it; one that is not is read where it lies.
//! Invariant: an entry is the same sum in the same order, by whichever tile it is computed. With the feature `libm`
//! entries are sums of rounded products, the same bits on every platform.

mod pack;
#[cfg(test)]
mod tests;
mod tile;
mod vector;

use std::cell::Cell;
use std::ops::Range;

use crate::Number;
use crate::lanes::{Level, Task, Vector, dispatch_at};
use pack::Strips;
use tile::{Across, Along, Left, Place};

/// How many terms of a sum are computed at a time: a packed strip of the right factor stays in the first cache meanwhile.
const DEPTH: usize = 256;
/// How many rows of the left factor are packed at a time, about: they stay in the second cache.
const ROWS: usize = 240;
/// How many columns of the right factor are packed at a time: they stay in the last cache.
const COLUMNS: usize = 1024;

/// A factor of a product: where its entry in row `i` and column `j` lies.
#[derive(Clone, Copy, Debug)]
pub struct Factor<'a, T> {
    /// The memory, from the first entry on.
    pub entries: &'a [T],
    pub rows: usize,
    pub columns: usize,
    /// How far apart rows are, and columns.
    pub strides: [usize; 2],
}

impl<'a, T: Number> Factor<'a, T> {
    fn transposed(self) -> Factor<'a, T> {
        Factor {
            rows: self.columns,
            columns: self.rows,
            strides: [self.strides[1], self.strides[0]],
            ..self
        }
    }

    fn at(&self, row: usize, column: usize) -> T {
        self.entries[row * self.strides[0] + column * self.strides[1]]
    }

    /// Whether the entries of a row lie side by side.
    fn by_rows(&self) -> bool {
        self.strides[1] == 1 || self.columns == 1
    }

    /// Whether the entries of a column lie side by side.
    fn by_columns(&self) -> bool {
        self.strides[0] == 1 || self.rows == 1
    }

    /// A part that is not empty.
    fn part(self, rows: &Range<usize>, columns: &Range<usize>) -> Factor<'a, T> {
        Factor {
            entries: &self.entries
                [rows.start * self.strides[0] + columns.start * self.strides[1]..],
            rows: rows.len(),
            columns: columns.len(),
            ..self
        }
    }
}

/// Where a product goes.
#[derive(Debug)]
struct Sums<'a, T> {
    entries: &'a mut [T],
    strides: [usize; 2],
    /// Whether the product is added to what is there.
    added: bool,
}

impl<T> Sums<'_, T> {
    /// The part from a row and a column on.
    fn part(&mut self, row: usize, column: usize) -> Sums<'_, T> {
        Sums {
            entries: &mut self.entries[row * self.strides[0] + column * self.strides[1]..],
            ..*self
        }
    }
}

/// Writes a product into packed memory, or adds it to what is there.
///
/// # Panics
///
/// If the factors do not fit each other, or the memory does not fit the product.
pub fn multiply<T: Multiply>(a: Factor<'_, T>, b: Factor<'_, T>, product: &mut [T], added: bool) {
    assert_eq!(a.columns, b.rows, "factors fit each other");
    assert_eq!(product.len(), a.rows * b.columns, "a product has its size");
    if cfg!(feature = "libm") {
        return one_by_one(a, b, product, added);
    }
    let level = match b.columns * size_of::<T>() {
        // Few columns fill narrower lanes.
        ..=32 => Level::Avx2,
        _ => Level::Avx512,
    };
    T::multiply_at(level, a, b, product, added);
}

/// The product entry by entry, by single numbers.
fn one_by_one<T: Number>(a: Factor<'_, T>, b: Factor<'_, T>, product: &mut [T], added: bool) {
    let mut entries = product.iter_mut();
    for row in 0..a.rows {
        for (column, entry) in (&mut entries).take(b.columns).enumerate() {
            let start = if added { *entry } else { T::of(0.0) };
            *entry = (0..a.columns).fold(start, |sum, at| sum + a.at(row, at) * b.at(at, column));
        }
    }
}

/// A number that has products. Their code is compiled with this crate, once for each number.
pub trait Multiply: Number {
    /// [`multiply`] with the lanes of an instruction set.
    fn multiply_at(
        level: Level,
        a: Factor<'_, Self>,
        b: Factor<'_, Self>,
        product: &mut [Self],
        added: bool,
    );
}

macro_rules! multiply {
    ($($number:ident)*) => {$(
        impl Multiply for $number {
            fn multiply_at(
                level: Level,
                a: Factor<'_, $number>,
                b: Factor<'_, $number>,
                product: &mut [$number],
                added: bool,
            ) {
                thread_local! {
                    /// Where factors are packed: kept, so that only a thread's first products allocate.
                    static MEMORY: Cell<[Vec<$number>; 2]> = const { Cell::new([Vec::new(), Vec::new()]) };
                }
                let mut memory = MEMORY.take();
                dispatch_at(level, Product { a, b, product, added, memory: &mut memory });
                MEMORY.set(memory);
            }
        }
    )*};
}

multiply! { f32 f64 }

/// What there is to do.
struct Product<'a, T> {
    a: Factor<'a, T>,
    b: Factor<'a, T>,
    product: &'a mut [T],
    added: bool,
    memory: &'a mut [Vec<T>; 2],
}

impl<T: Number> Task<T> for Product<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Number = T>>(self) {
        let Product {
            a,
            b,
            product,
            added,
            memory,
        } = self;
        if product.is_empty() {
            return;
        }
        if a.columns == 0 || a.rows == 1 || b.columns == 1 {
            if !added {
                product.fill(T::of(0.0));
            }
            if b.columns == 1 {
                matrix_times_vector::<V>(a, b, product, &mut memory[0]);
            } else if a.columns > 0 {
                matrix_times_vector::<V>(b.transposed(), a.transposed(), product, &mut memory[0]);
            }
            return;
        }
        let sums = Sums {
            entries: product,
            strides: [b.columns, 1],
            added,
        };
        // As many sums as registers hold beside the entries of one term.
        match (size_of::<V>(), V::FMA) {
            (64, _) => blocks::<V, 12>(a, b, sums, memory),
            (_, true) => blocks::<V, 6>(a, b, sums, memory),
            _ => blocks::<V, 4>(a, b, sums, memory),
        }
    }
}

#[inline(always)]
fn matrix_times_vector<V: Vector>(
    a: Factor<'_, V::Number>,
    x: Factor<'_, V::Number>,
    y: &mut [V::Number],
    memory: &mut Vec<V::Number>,
) {
    if x.by_columns() {
        return vector::times_vector::<V>(a, &x.entries[..x.rows], y);
    }
    memory.clear();
    memory.extend((0..x.rows).map(|row| x.at(row, 0)));
    vector::times_vector::<V>(a, memory, y);
}

/// Cuts a product into blocks that fit the caches.
#[inline(always)]
fn blocks<V: Vector, const TALL: usize>(
    a: Factor<'_, V::Number>,
    b: Factor<'_, V::Number>,
    sums: Sums<'_, V::Number>,
    memory: &mut [Vec<V::Number>; 2],
) {
    let (a, b, mut sums) = turned::<V, TALL>(a, b, sums);
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
                let often = columns.len() > OFTEN * wide;
                if !often && left.by_rows() {
                    strips::<V, _, TALL>(left, right, columns.len(), &mut block);
                } else if !often && Strips::fit(&left, TALL) {
                    let left_strips = Strips::in_place(left, TALL);
                    strips::<V, _, TALL>(left_strips, right, columns.len(), &mut block);
                } else {
                    let left_strips = Strips::packed(left, TALL, left_memory);
                    strips::<V, _, TALL>(left_strips, right, columns.len(), &mut block);
                }
            }
        }
    }
}

/// A factor that is read by more tiles than this is packed first.
const OFTEN: usize = 4;

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

/// The product itself, or its transpose, where that takes less time, although it is written entry by entry.
#[inline(always)]
fn turned<'a, V: Vector, const TALL: usize>(
    a: Factor<'a, V::Number>,
    b: Factor<'a, V::Number>,
    sums: Sums<'a, V::Number>,
) -> (
    Factor<'a, V::Number>,
    Factor<'a, V::Number>,
    Sums<'a, V::Number>,
) {
    let (turned_a, turned_b) = (b.transposed(), a.transposed());
    let writing = 2 * a.rows * b.columns * a.columns.div_ceil(DEPTH);
    if time::<V, TALL>(a, b) <= time::<V, TALL>(turned_a, turned_b) + writing {
        return (a, b, sums);
    }
    let [row, column] = sums.strides;
    let strides = [column, row];
    (turned_a, turned_b, Sums { strides, ..sums })
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
    columns: usize,
    sums: &mut Sums<'_, V::Number>,
) where
    V: Vector,
    L: Rows<V::Number, TALL>,
{
    for column in (0..columns).step_by(2 * V::LANES) {
        let rest = columns - column;
        if rest > V::LANES {
            strip::<V, L, TALL, 2>(left, right, column..columns, sums);
        } else {
            strip::<V, L, TALL, 1>(left, right, column..columns, sums);
        }
    }
}

/// The tiles of one strip of columns.
#[inline(always)]
fn strip<V, L, const TALL: usize, const VECTORS: usize>(
    left: L,
    right: Strips<'_, V::Number>,
    columns: Range<usize>,
    sums: &mut Sums<'_, V::Number>,
) where
    V: Vector,
    L: Rows<V::Number, TALL>,
{
    let wide = VECTORS * V::LANES;
    let (strip, skipped_columns) = right.strip(columns.start, wide);
    for row in (0..left.rows()).step_by(TALL) {
        let (rows, skipped_rows) = left.tile(row);
        let tile = tile::tile::<V, _, TALL, VECTORS>(rows, (strip, right.step), left.terms());
        let place = Place {
            at: row * sums.strides[0] + columns.start * sums.strides[1],
            skipped: [skipped_rows, skipped_columns],
            extents: [TALL.min(left.rows() - row), wide.min(columns.len())],
        };
        tile::put(tile, &place, sums);
    }
}

/// The rows of a left factor, as many at a time as a tile has.
trait Rows<T, const TALL: usize>: Copy {
    type Tile: Left<T>;

    fn rows(&self) -> usize;
    fn terms(&self) -> usize;
    /// Rows with row `from` among them, and which of them that is.
    fn tile(&self, from: usize) -> (Self::Tile, usize);
}

impl<'a, T: Number, const TALL: usize> Rows<T, TALL> for Factor<'a, T> {
    type Tile = Along<'a, T, TALL>;

    #[inline(always)]
    fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    fn terms(&self) -> usize {
        self.columns
    }

    /// Where there are too few rows the last one stands in for the others.
    #[inline(always)]
    fn tile(&self, from: usize) -> (Along<'a, T, TALL>, usize) {
        let mut rows = [&self.entries[..0]; TALL];
        for index in 0..TALL {
            let start = (from + index).min(self.rows - 1) * self.strides[0];
            rows[index] = &self.entries[start..start + self.columns];
        }
        (Along { rows }, 0)
    }
}

impl<'a, T: Number, const TALL: usize> Rows<T, TALL> for Strips<'a, T> {
    type Tile = Across<'a, T, TALL>;

    #[inline(always)]
    fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    fn terms(&self) -> usize {
        self.terms
    }

    #[inline(always)]
    fn tile(&self, from: usize) -> (Across<'a, T, TALL>, usize) {
        let (strip, skipped) = self.strip(from, TALL);
        let step = self.step;
        (Across { strip, step }, skipped)
    }
}
