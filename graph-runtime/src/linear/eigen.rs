//! Eigenvalues and eigenvectors of symmetric matrices, by Jacobi's rotations.
//!
//! A rotation takes the product of two rows and columns to 0; sweeps over all pairs converge quadratically, and small eigenvalues
//! keep their digits. Numbers and lanes run the same rotations, of which one that has nothing to do turns by nothing. Invariant:
//! there are [`SWEEPS`] sweeps at most, whatever the matrix is, and NaN goes into all that a rotation touches.

use crate::Real;

/// As many as any matrix takes that has been tried, and some more.
#[cfg(feature = "ndarray")]
const SWEEPS: usize = 15;

/// The fixed number of sweeps of small matrices, whose pairs are few.
const SWEEPS_OF_FEW: usize = 8;

/// Eigenvectors as columns, and behind each row an eigenvalue, ascending, of a matrix in numbers.
#[inline]
pub fn eigh_of_numbers<T: Real, const A: usize, const F: usize>(size: usize, a: [T; A]) -> [T; F] {
    T::eigh_of_numbers(size, a)
}

/// The same for numbers that are no dual ones.
pub fn rotated<T: Real, const A: usize, const F: usize>(size: usize, a: [T; A]) -> [T; F] {
    let mut a = a;
    let mut vectors = [T::of(0.0); A];
    symmetric_part(&mut a, size);
    rotate(&mut a, &mut vectors, size, SWEEPS_OF_FEW, |_| false);
    let mut found = [T::of(0.0); F];
    sorted(&mut a, &mut vectors, size, &mut found);
    found
}

/// The same of a matrix of any size, which is written over.
#[cfg(feature = "ndarray")]
pub fn eigh<T: crate::Number>(a: &mut [T], vectors: &mut [T], size: usize, found: &mut [T]) {
    symmetric_part(a, size);
    rotate(a, vectors, size, SWEEPS, |a| is_diagonal(a, size));
    sorted(a, vectors, size, found);
}

fn symmetric_part<T: Real>(a: &mut [T], size: usize) {
    for row in 0..size {
        for column in 0..row {
            let mean = T::of(0.5) * (a[row * size + column] + a[column * size + row]);
            a[row * size + column] = mean;
            a[column * size + row] = mean;
        }
    }
}

/// Whether what is beside the diagonal is nothing beside what is on it.
#[cfg(feature = "ndarray")]
fn is_diagonal<T: crate::Number>(a: &[T], size: usize) -> bool {
    let tiny = T::EPSILON * T::of(0.125);
    (0..size).all(|row| {
        let own = a[row * size + row].abs();
        (0..row).all(|column| {
            let other = a[column * size + column].abs();
            let beside = a[row * size + column].abs();
            beside == T::of(0.0) || beside <= tiny * (own * other).sqrt()
        })
    })
}

/// Sweeps of rotations, which `vectors` goes along with.
fn rotate<T: Real>(
    a: &mut [T],
    vectors: &mut [T],
    size: usize,
    sweeps: usize,
    is_done: impl Fn(&[T]) -> bool,
) {
    for at in 0..size {
        vectors[at * size + at] = T::of(1.0);
    }
    for _ in 0..sweeps {
        if is_done(a) {
            return;
        }
        for first in 0..size {
            for second in first + 1..size {
                let turn = Turn::of(a, size, [first, second]);
                turn.both(a, size, [first, second]);
                turn.columns(vectors, size, [first, second]);
            }
        }
    }
}

/// A rotation, by its cosine, its sine, and the tangent.
#[derive(Clone, Copy)]
struct Turn<T> {
    cosine: T,
    sine: T,
    tangent: T,
}

impl<T: Real> Turn<T> {
    /// The smaller one of the two that take the entry to 0.
    fn of(a: &[T], size: usize, [first, second]: [usize; 2]) -> Turn<T> {
        let (zero, one) = (T::of(0.0), T::of(1.0));
        let beside = a[first * size + second];
        let gap = a[second * size + second] - a[first * size + first];
        let cotangent = gap / (beside + beside);
        let tangent = one / (cotangent.abs() + (cotangent * cotangent + one).sqrt());
        let tangent = T::select(cotangent.less(zero), -tangent, tangent);
        let is_turned = beside.less(zero) | zero.less(beside) | !beside.less_equal(beside);
        let tangent = T::select(is_turned, tangent, zero);
        let cosine = one / (tangent * tangent + one).sqrt();
        Turn {
            cosine,
            sine: cosine * tangent,
            tangent,
        }
    }

    /// Turns two columns of a matrix.
    fn columns(self, a: &mut [T], size: usize, [first, second]: [usize; 2]) {
        for row in a.chunks_exact_mut(size) {
            (row[first], row[second]) = self.pair(row[first], row[second]);
        }
    }

    fn pair(self, x: T, y: T) -> (T, T) {
        (
            self.cosine * x - self.sine * y,
            self.sine * x + self.cosine * y,
        )
    }

    /// Turns two rows and columns of a symmetric one.
    fn both(self, a: &mut [T], size: usize, [first, second]: [usize; 2]) {
        let beside = a[first * size + second];
        for at in (0..size).filter(|at| *at != first && *at != second) {
            let (x, y) = self.pair(a[at * size + first], a[at * size + second]);
            (a[at * size + first], a[at * size + second]) = (x, y);
            (a[first * size + at], a[second * size + at]) = (x, y);
        }
        let moved = self.tangent * beside;
        a[first * size + first] = a[first * size + first] - moved;
        a[second * size + second] = a[second * size + second] + moved;
        a[first * size + second] = beside * T::of(0.0);
        a[second * size + first] = beside * T::of(0.0);
    }
}

/// Writes the vectors in the order of their values, and these behind them, each in its row.
fn sorted<T: Real>(a: &mut [T], vectors: &mut [T], size: usize, found: &mut [T]) {
    for end in (1..size).rev() {
        for at in 0..end {
            let (value, next) = (a[at * size + at], a[(at + 1) * size + at + 1]);
            let is_greater = next.less(value);
            let in_order = |low: T, high: T| {
                (
                    T::select(is_greater, high, low),
                    T::select(is_greater, low, high),
                )
            };
            (a[at * size + at], a[(at + 1) * size + at + 1]) = in_order(value, next);
            for row in vectors.chunks_exact_mut(size) {
                (row[at], row[at + 1]) = in_order(row[at], row[at + 1]);
            }
        }
    }
    let rows = found
        .chunks_exact_mut(size + 1)
        .zip(vectors.chunks_exact(size));
    for (at, (found, vectors)) in rows.enumerate() {
        found[..size].copy_from_slice(vectors);
        found[size] = a[at * size + at];
    }
}
