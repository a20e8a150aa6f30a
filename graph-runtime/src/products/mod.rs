//! Matrix products on vector lanes.
//!
//! [`multiply`] writes a product of two [`Factor`]s, which may be transposed or strided: of matrices by [`blocks`], of a matrix
//! and a vector by [`vector`]. Invariant: no entry of the result depends on rows or columns that are not its own. With the
//! feature `libm` entries are sums of rounded products, the same bits on every platform.

mod blocks;
mod pack;
#[cfg(test)]
mod tests;
mod tile;
mod vector;

use std::cell::Cell;
use std::ops::Range;

use crate::Number;
use crate::lanes::{Laned, Level, Task, Vector, dispatch_at, is_one_by_one};
use blocks::{FEW, Sums, blocks};

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

impl<T> Factor<'_, T> {
    /// The same of other entries, which lie alike.
    pub fn over<'e, E>(&self, entries: &'e [E]) -> Factor<'e, E> {
        Factor {
            entries,
            rows: self.rows,
            columns: self.columns,
            strides: self.strides,
        }
    }
}

impl<'a, T: Number> Factor<'a, T> {
    pub fn transposed(self) -> Factor<'a, T> {
        Factor {
            rows: self.columns,
            columns: self.rows,
            strides: [self.strides[1], self.strides[0]],
            ..self
        }
    }

    pub fn at(&self, row: usize, column: usize) -> T {
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
    pub fn part(self, rows: &Range<usize>, columns: &Range<usize>) -> Factor<'a, T> {
        Factor {
            entries: &self.entries
                [rows.start * self.strides[0] + columns.start * self.strides[1]..],
            rows: rows.len(),
            columns: columns.len(),
            ..self
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
    if is_one_by_one() {
        return one_by_one(a, b, product, added);
    }
    let level = match b.columns * size_of::<T>() {
        // Few columns fill narrower lanes.
        ..=32 => Level::Avx2,
        _ => Level::Avx512,
    };
    T::multiply_at(level, a, b, product, added);
}

/// The product by single numbers, a row at a time: each entry is the sum of its terms in their order, each of them rounded.
fn one_by_one<T: Number>(a: Factor<'_, T>, b: Factor<'_, T>, product: &mut [T], added: bool) {
    if !added {
        product.fill(T::of(0.0));
    }
    for (row, sums) in product.chunks_mut(b.columns.max(1)).enumerate() {
        for term in 0..a.columns {
            let factor = a.at(row, term);
            let first = term * b.strides[0];
            if b.by_rows() {
                let entries = &b.entries[first..first + b.columns];
                let pairs = sums.iter_mut().zip(entries);
                pairs.for_each(|(sum, entry)| *sum = *sum + factor * *entry);
            } else {
                let columns = sums.iter_mut().enumerate();
                columns.for_each(|(column, sum)| *sum = *sum + factor * b.at(term, column));
            }
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

    /// The eigenvectors and eigenvalues of a symmetric matrix, as [`eigen::eigh`](crate::linear::eigh_in) has them.
    fn eigh(a: &mut [Self], vectors: &mut [Self], size: usize, found: &mut [Self]) {
        crate::linear::eigh_in(a, vectors, size, found);
    }
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

impl<T: Number + Laned> Task<T> for Product<'_, T> {
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
        // Each row by itself where packing the right factor would take longer than the product.
        let by_rows = a.rows == 1 || a.rows <= FEW && !b.by_rows();
        if a.columns == 0 || b.columns == 1 || by_rows {
            if !added {
                product.fill(T::of(0.0));
            }
            if a.columns == 0 {
                return;
            }
            if b.columns == 1 {
                return add_times_vector::<V>(a, b, product, &mut memory[0]);
            }
            for (row, sums) in product.chunks_exact_mut(b.columns).enumerate() {
                let vector = a.part(&(row..row + 1), &(0..a.columns)).transposed();
                add_times_vector::<V>(b.transposed(), vector, sums, &mut memory[0]);
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
            (64, _) if a.rows > FEW => blocks::<V, 12>(a, b, sums, memory),
            (_, true) if a.rows > FEW => blocks::<V, 6>(a, b, sums, memory),
            _ => blocks::<V, FEW>(a, b, sums, memory),
        }
    }
}

/// Adds `a x` to `y`.
#[inline(always)]
fn add_times_vector<V: Vector>(
    a: Factor<'_, V::Number>,
    x: Factor<'_, V::Number>,
    y: &mut [V::Number],
    memory: &mut Vec<V::Number>,
) {
    if x.by_columns() {
        return vector::add_times_vector::<V>(a, &x.entries[..x.rows], y);
    }
    memory.clear();
    memory.extend((0..x.rows).map(|row| x.at(row, 0)));
    vector::add_times_vector::<V>(a, memory, y);
}
