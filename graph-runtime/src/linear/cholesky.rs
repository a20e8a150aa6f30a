//! The triangular factor of a positive definite matrix, a block of columns after the other.

use super::arrays::{BLOCK, block, product, subtract};
use crate::operand::Element;
use crate::products::Factor;

/// Writes the factor of the symmetric part of `a`, or NaN in all of the triangle where there is none.
pub fn factor<T: Element>(a: Factor<'_, T>, l: &mut [T]) {
    let size = a.rows;
    for (row, entries) in l.chunks_exact_mut(size).enumerate() {
        entries.fill(T::of(0.0));
        for (column, entry) in entries[..=row].iter_mut().enumerate() {
            *entry = match row == column {
                true => a.at(row, row),
                false => T::of(0.5) * (a.at(row, column) + a.at(column, row)),
            };
        }
    }
    if !is_factored(l, size) {
        for (row, entries) in l.chunks_exact_mut(size).enumerate() {
            entries[..=row].fill(T::NAN);
        }
    }
}

/// Puts the factor into the place of the lower triangle; whether there is one.
fn is_factored<T: Element>(l: &mut [T], size: usize) -> bool {
    let mut memory = Vec::new();
    for start in (0..size).step_by(BLOCK) {
        let end = (start + BLOCK).min(size);
        if start > 0 {
            let rows = block(l, size, [start, 0], [size - start, start]);
            let own = block(l, size, [start, 0], [end - start, start]);
            product(rows, own.transposed(), &mut memory);
            subtract(&memory, end - start, l, size, [start, start]);
        }
        for column in start..end {
            if !is_column_made(l, size, start, column) {
                return false;
            }
        }
        // The products of a block with itself are symmetric; what is above the diagonal is not of the factor.
        for row in start..end {
            l[row * size + row + 1..row * size + end].fill(T::of(0.0));
        }
    }
    true
}

/// Makes one column from those before it in its block; whether its pivot is positive.
fn is_column_made<T: Element>(l: &mut [T], size: usize, start: usize, column: usize) -> bool {
    let (own, behind) = l[column * size..].split_at_mut(size);
    let beside = &own[start..column];
    let pivot = rest_of(own[column], beside, beside);
    if pivot.is_nan() || pivot.less_equal(T::of(0.0)) {
        return false;
    }
    let root = pivot.sqrt();
    for row in behind.chunks_exact_mut(size) {
        row[column] = rest_of(row[column], &row[start..column], beside) / root;
    }
    own[column] = root;
    true
}

/// What the products leave over.
fn rest_of<T: Element>(of: T, left: &[T], right: &[T]) -> T {
    let pairs = left.iter().zip(right);
    pairs.fold(of, |rest, (left, right)| rest - *left * *right)
}
