//! Both triangular factors of any square matrix, by rows exchanged for the largest pivots.
//!
//! They lie in one packed matrix with one more column: the lower factor below the diagonal, whose own diagonal is all 1, the upper one
//! from the diagonal on, and behind each row the one that it was exchanged with. Where no pivot is left but 0, the upper factor has
//! a 0 on its diagonal.

use super::arrays::{BLOCK, block, product, subtract};
use super::triangular::{self, Triangle};
use crate::operand::Element;
use crate::products::Factor;

/// Writes the factors of a matrix.
pub fn factor<T: Element>(a: Factor<'_, T>, f: &mut [T]) {
    let (size, stride) = (a.rows, a.rows + 1);
    for (row, entries) in f.chunks_exact_mut(stride).enumerate() {
        let entries = entries[..size].iter_mut().enumerate();
        entries.for_each(|(column, entry)| *entry = a.at(row, column));
    }
    let mut memory = Vec::new();
    for start in (0..size).step_by(BLOCK) {
        let end = (start + BLOCK).min(size);
        above(f, size, start..end, &mut memory);
        if start > 0 {
            let rows = block(f, stride, [start, 0], [size - start, start]);
            let solved = block(f, stride, [0, start], [start, end - start]);
            product(rows, solved, &mut memory);
            subtract(&memory, end - start, f, stride, [start, start]);
        }
        for column in start..end {
            exchange(f, size, column);
            eliminate(f, size, column, end);
        }
    }
}

/// The part of the upper factor above a block of columns, whose rows have been exchanged.
fn above<T: Element>(
    f: &mut [T],
    size: usize,
    columns: std::ops::Range<usize>,
    memory: &mut Vec<T>,
) {
    let stride = size + 1;
    for start in (0..columns.start).step_by(BLOCK) {
        let end = (start + BLOCK).min(columns.start);
        if start > 0 {
            let rows = block(f, stride, [start, 0], [end - start, start]);
            let solved = block(f, stride, [0, columns.start], [start, columns.len()]);
            product(rows, solved, memory);
            subtract(
                memory,
                columns.len(),
                &mut f[..end * stride],
                stride,
                [start, columns.start],
            );
        }
        for row in start + 1..end {
            let (before, own) = f.split_at_mut(row * stride);
            let (factors, own) = own[..size].split_at_mut(columns.start);
            for (at, factor) in factors.iter().enumerate().take(row).skip(start) {
                let solved = &before[at * stride..][columns.clone()];
                less(&mut own[..columns.len()], *factor, solved);
            }
        }
    }
}

/// Brings the largest entry of a column, on and below the diagonal, to the diagonal.
fn exchange<T: Element>(f: &mut [T], size: usize, column: usize) {
    let stride = size + 1;
    let mut largest = (column, f[column * stride + column].abs());
    for row in column + 1..size {
        let entry = f[row * stride + column].abs();
        if entry > largest.1 {
            largest = (row, entry);
        }
    }
    let (row, _) = largest;
    if row != column {
        let (before, behind) = f.split_at_mut(row * stride);
        before[column * stride..][..size].swap_with_slice(&mut behind[..size]);
    }
    f[column * stride + size] = T::of(row as f64);
}

/// Takes multiples of a row from those below it, up to the end of its block.
fn eliminate<T: Element>(f: &mut [T], size: usize, column: usize, end: usize) {
    let stride = size + 1;
    let (before, behind) = f.split_at_mut((column + 1) * stride);
    let own = &before[column * stride..];
    let pivot = own[column];
    // Then all entries below it are 0 as well.
    if pivot.equal(T::of(0.0)) {
        return;
    }
    for row in behind.chunks_exact_mut(stride) {
        let factor = row[column] / pivot;
        row[column] = factor;
        less(&mut row[column + 1..end], factor, &own[column + 1..end]);
    }
}

/// Takes a multiple of a row from another one.
fn less<T: Element>(row: &mut [T], factor: T, of: &[T]) {
    let pairs = row.iter_mut().zip(of);
    pairs.for_each(|(entry, other)| *entry = *entry - factor * *other);
}

/// Puts what is solved for into the place of the right side.
pub fn solve<T: Element>(f: Factor<'_, T>, x: &mut [T]) {
    let size = f.rows;
    let factors = f.part(&(0..size), &(0..size));
    (0..size).for_each(|row| swap(f, x, row));
    triangular::solve(Triangle::LOWER.unit(), factors, x);
    triangular::solve(Triangle::UPPER, factors, x);
}

/// The same for the transposed matrix.
pub fn solve_turned<T: Element>(f: Factor<'_, T>, x: &mut [T]) {
    let size = f.rows;
    let factors = f.part(&(0..size), &(0..size)).transposed();
    triangular::solve(Triangle::LOWER, factors, x);
    triangular::solve(Triangle::UPPER.unit(), factors, x);
    (0..size).rev().for_each(|row| swap(f, x, row));
}

/// Exchanges a row with the one it was exchanged with.
fn swap<T: Element>(f: Factor<'_, T>, x: &mut [T], row: usize) {
    let columns = x.len() / f.rows;
    let other = f.at(row, f.rows).to_index();
    if other != row {
        let (before, behind) = x.split_at_mut(other * columns);
        before[row * columns..][..columns].swap_with_slice(&mut behind[..columns]);
    }
}
