//! How eigenvalues and eigenvectors of a symmetric matrix change where it does.
//!
//! For A = V diag(w) Vᵀ and P = Vᵀ dA V the change of w is the diagonal of P, and that of V is V (G * P), where G has 1 / (w_j - w_i) in
//! row i and column j, and 0 where the two are equal (Giles, 2008). Rotations would not tell: of an entry that is 0 they know no change.

use crate::Real;

/// Writes the tangents of what was `found`, eigenvectors as columns and behind each row an eigenvalue, for the change of each entry
/// of the matrix; the scratch has room for it.
pub fn tangents<T: Real>(
    size: usize,
    change: impl Fn(usize) -> T,
    found: &[T],
    scratch: &mut [T],
    tangents: &mut [T],
) {
    let (zero, one, half) = (T::of(0.0), T::of(1.0), T::of(0.5));
    let vector = |row: usize, column: usize| found[row * (size + 1) + column];
    let value = |at: usize| found[at * (size + 1) + size];
    let sum = |terms: &dyn Fn(usize) -> T| (0..size).fold(zero, |sum, at| sum + terms(at));
    for row in 0..size {
        for column in 0..size {
            scratch[row * size + column] = sum(&|at| {
                let symmetric = half * (change(row * size + at) + change(at * size + row));
                symmetric * vector(at, column)
            });
        }
    }
    for column in 0..size {
        for first in 0..size {
            let along = sum(&|at| vector(at, first) * scratch[at * size + column]);
            if first == column {
                tangents[column * (size + 1) + size] = along;
                continue;
            }
            let gap = value(column) - value(first);
            let meet = gap.equal(zero);
            let turn = along / T::select(meet, one, gap);
            let turn = T::select(meet, zero, turn);
            for row in 0..size {
                let tangent = &mut tangents[row * (size + 1) + column];
                *tangent = *tangent + vector(row, first) * turn;
            }
        }
    }
}
