//! The operations for the matrices of arrays, one after the other.
//!
//! Invariant: generated code has checked that matrices are square and right sides have their rows; no matrix depends on another.

use ndarray::{ArrayRef, Dimension};

use super::lu as factors;
use super::triangular::{self, Triangle};
use crate::kernel::packed;
use crate::operand::{Axes, Element, Operand};
use crate::products::{Factor, multiply};

/// How many rows a block has: so few that what is done row by row within blocks is little beside the products of blocks.
pub const BLOCK: usize = 32;

/// The lower triangular factor of the symmetric part; NaN in all of the triangle where a pivot is not positive.
pub fn cholesky<T: Element, D: Dimension>(a: &Operand<'_, T>, l: &mut ArrayRef<T, D>) {
    each([a], l, |[a], l| super::cholesky::factor(a, l));
}

/// What a lower triangular matrix takes to `b`; nothing above its diagonal is read.
pub fn solve_lower<T: Element, D: Dimension>(
    l: &Operand<'_, T>,
    b: &Operand<'_, T>,
    x: &mut ArrayRef<T, D>,
) {
    each([l, b], x, |[l, b], x| {
        fill(b, x);
        triangular::solve(Triangle::LOWER, l, x);
    });
}

/// What an upper triangular matrix takes to `b`; nothing below its diagonal is read.
pub fn solve_upper<T: Element, D: Dimension>(
    u: &Operand<'_, T>,
    b: &Operand<'_, T>,
    x: &mut ArrayRef<T, D>,
) {
    each([u, b], x, |[u, b], x| {
        fill(b, x);
        triangular::solve(Triangle::UPPER, u, x);
    });
}

/// Both factors by rows exchanged for the largest pivots, and which row each was exchanged with in one more column.
pub fn lu<T: Element, D: Dimension>(a: &Operand<'_, T>, f: &mut ArrayRef<T, D>) {
    each([a], f, |[a], f| factors::factor(a, f));
}

/// What a matrix of these factors takes to `b`; the matrix itself is not read.
pub fn lu_solve<T: Element, D: Dimension>(
    _: &Operand<'_, T>,
    f: &Operand<'_, T>,
    b: &Operand<'_, T>,
    x: &mut ArrayRef<T, D>,
) {
    each([f, b], x, |[f, b], x| {
        fill(b, x);
        factors::solve(f, x);
    });
}

/// The same for the transposed matrix.
pub fn lu_solve_turned<T: Element, D: Dimension>(
    _: &Operand<'_, T>,
    f: &Operand<'_, T>,
    b: &Operand<'_, T>,
    x: &mut ArrayRef<T, D>,
) {
    each([f, b], x, |[f, b], x| {
        fill(b, x);
        factors::solve_turned(f, x);
    });
}

/// Eigenvectors as columns, and behind them their eigenvalues, ascending, of the symmetric part.
pub fn eigh<T: Element, D: Dimension>(a: &Operand<'_, T>, f: &mut ArrayRef<T, D>) {
    let mut memory = [Vec::new(), Vec::new()];
    each([a], f, |[a], f| {
        let [own, vectors] = &mut memory;
        for memory in [&mut *own, &mut *vectors] {
            memory.clear();
            memory.resize(a.rows * a.rows, T::of(0.0));
        }
        fill(a, own);
        T::eigh(own, vectors, a.rows, f);
    });
}

/// Calls a function for the matrices at each position along the axes in front, with the memory of its result.
fn each<T: Element, D: Dimension, const N: usize>(
    arguments: [&Operand<'_, T>; N],
    result: &mut ArrayRef<T, D>,
    mut function: impl FnMut([Factor<'_, T>; N], &mut [T]),
) {
    let shape = Axes::new(result.shape());
    let [.., rows, columns] = *shape else {
        unreachable!("a matrix has two axes")
    };
    if rows * columns == 0 {
        return;
    }
    let mut memory = [const { Vec::new() }; N];
    let mut memory = memory.iter_mut();
    let arguments = arguments.map(|argument| match memory.next() {
        Some(memory) => argument.for_product(memory),
        None => unreachable!("each argument has a memory"),
    });
    let cases = packed(result).chunks_exact_mut(rows * columns);
    for (at, case) in cases.enumerate() {
        let matrices = arguments.each_ref().map(|argument| argument.matrix(at));
        function(matrices, case);
    }
}

/// Copies the entries of a matrix to packed memory.
fn fill<T: Element>(from: Factor<'_, T>, to: &mut [T]) {
    for (row, entries) in to.chunks_exact_mut(from.columns).enumerate() {
        for (column, entry) in entries.iter_mut().enumerate() {
            *entry = from.at(row, column);
        }
    }
}

/// Some rows and columns of a matrix whose rows lie `stride` apart.
pub fn block<T>(
    entries: &[T],
    stride: usize,
    [row, column]: [usize; 2],
    [rows, columns]: [usize; 2],
) -> Factor<'_, T> {
    Factor {
        entries: &entries[row * stride + column..],
        rows,
        columns,
        strides: [stride, 1],
    }
}

/// Makes a product in memory that is used again.
pub fn product<T: Element>(a: Factor<'_, T>, b: Factor<'_, T>, memory: &mut Vec<T>) {
    memory.resize(a.rows * b.columns, T::of(0.0));
    multiply(a, b, memory, false);
}

/// Takes a packed matrix from the part of another one that begins in this row and column; rows of that lie `stride` apart.
pub fn subtract<T: Element>(
    part: &[T],
    columns: usize,
    from: &mut [T],
    stride: usize,
    [row, column]: [usize; 2],
) {
    let rows = from[row * stride..].chunks_mut(stride);
    for (row, part) in rows.zip(part.chunks(columns)) {
        let pairs = row[column..].iter_mut().zip(part);
        pairs.for_each(|(entry, part)| *entry = *entry - *part);
    }
}
