//! Against `nalgebra`, and what holds whatever the matrix is: sizes below, at and above that of a block.

use nalgebra::DMatrix;
use ndarray::{Array2, Array3, ArrayRef, Ix2, array, s};

use super::*;
use crate::operand::{Element, Operand, readable};

const SIZES: [usize; 13] = [0, 1, 2, 3, 4, 6, 7, 15, 31, 32, 33, 64, 70];

/// Entries in [-1, 1), the same in every run.
fn random(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    Array2::from_shape_simple_fn((rows, columns), || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    })
}

fn positive(size: usize, seed: u64) -> Array2<f64> {
    let a = random(size, size, seed);
    a.dot(&a.t()) + Array2::<f64>::eye(size) * 0.1
}

fn theirs(a: &ArrayRef<f64, Ix2>) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |row, column| a[[row, column]])
}

type Two<T> = fn(&Operand<'_, T>, &Operand<'_, T>, &mut ArrayRef<T, Ix2>);

fn of_two<T: Element>(function: Two<T>, a: &ArrayRef<T, Ix2>, b: &ArrayRef<T, Ix2>) -> Array2<T> {
    let (a, b) = (readable(a), readable(b));
    let mut x = Array2::from_elem(b.dim(), T::NAN);
    function(&Operand::array(&a), &Operand::array(&b), &mut x);
    x
}

fn cholesky_of<T: Element>(a: &ArrayRef<T, Ix2>) -> Array2<T> {
    let a = readable(a);
    let mut l = Array2::from_elem(a.dim(), T::NAN);
    cholesky(&Operand::array(&a), &mut l);
    l
}

fn lu_of<T: Element>(a: &ArrayRef<T, Ix2>) -> Array2<T> {
    let a = readable(a);
    let mut f = Array2::from_elem((a.nrows(), a.ncols() + 1), T::NAN);
    lu(&Operand::array(&a), &mut f);
    f
}

fn solved<T: Element>(a: &ArrayRef<T, Ix2>, b: &ArrayRef<T, Ix2>, turned: bool) -> Array2<T> {
    let (f, b) = (lu_of(a), readable(b));
    let mut x = Array2::from_elem(b.dim(), T::NAN);
    let (f, b) = (Operand::array(&f), Operand::array(&b));
    match turned {
        true => lu_solve_turned(&f, &f, &b, &mut x),
        false => lu_solve(&f, &f, &b, &mut x),
    }
    x
}

fn largest(a: &ArrayRef<f64, Ix2>) -> f64 {
    a.iter()
        .fold(0.0, |largest: f64, entry| largest.max(entry.abs()))
}

#[test]
fn the_factor_is_that_of_nalgebra() {
    for size in SIZES {
        let a = positive(size, 3);
        let l = cholesky_of(&a);
        let theirs = theirs(&a).cholesky().expect("it is positive definite").l();
        for ((row, column), entry) in l.indexed_iter() {
            assert!(
                (entry - theirs[(row, column)]).abs() < 1e-12,
                "{size}: {row}, {column}"
            );
        }
        // Of what is not symmetric the symmetric part.
        let mut b = random(size, size, 5);
        b = &b - &b.t();
        assert!(largest(&(cholesky_of(&(&a + &b)) - l)) < 1e-12);
    }
}

#[test]
fn where_there_is_no_factor_all_of_the_triangle_is_nan() {
    for size in [1, 2, 7, 33, 70] {
        for at in [0, size / 2, size - 1] {
            for wrong in [-1.0, 0.0, f64::NAN] {
                let mut a = Array2::<f64>::eye(size);
                a[[at, at]] = wrong;
                let l = cholesky_of(&a);
                let is_right = |((row, column), entry): ((usize, usize), &f64)| match column <= row
                {
                    true => entry.is_nan(),
                    false => *entry == 0.0,
                };
                assert!(l.indexed_iter().all(is_right), "{size}, {at}, {wrong}");
            }
        }
    }
}

#[test]
fn triangles_are_solved_whatever_is_beside_them() {
    for size in SIZES {
        for columns in [1, 3, 40] {
            let mut a = random(size, size, 7) / size.max(1) as f64;
            a.diag_mut()
                .mapv_inplace(|entry| entry.signum() * (1.0 + entry.abs()));
            let b = random(size, columns, 9);
            let [mut lower, mut upper] = [a.clone(), a.clone()];
            for ((row, column), _) in a.indexed_iter() {
                if column > row {
                    lower[[row, column]] = 0.0;
                } else if column < row {
                    upper[[row, column]] = 0.0;
                }
            }
            assert!(largest(&(lower.dot(&of_two(solve_lower, &a, &b)) - &b)) < 1e-13);
            assert!(largest(&(upper.dot(&of_two(solve_upper, &a, &b)) - &b)) < 1e-13);
            let turned = of_two(solve_upper, &a.t(), &b);
            assert!(largest(&(lower.t().dot(&turned) - &b)) < 1e-13);
        }
    }
}

/// As far off as the solution of `nalgebra` at most, by what is left over.
#[test]
fn any_matrix_is_solved_as_well_as_by_nalgebra() {
    // Of nothing `nalgebra` panics.
    for size in SIZES.into_iter().skip(1) {
        for (seed, is_scaled) in [(11, false), (13, true)] {
            let mut a = random(size, size, seed);
            if is_scaled {
                for ((row, column), entry) in a.indexed_iter_mut() {
                    *entry *= 10.0_f64.powi((row * 7 + column * 3) as i32 % 13 - 6);
                }
            }
            let b = random(size, 2, 17);
            let x = solved(&a, &b, false);
            let other = theirs(&a).lu().solve(&theirs(&b)).expect("it is regular");
            let other = Array2::from_shape_fn(b.dim(), |(row, column)| other[(row, column)]);
            let left = |x: &Array2<f64>| {
                let rest = a.dot(x) - &b;
                let rows = a.outer_iter().zip(rest.outer_iter());
                let relative = rows.map(|(row, rest)| {
                    let size = row
                        .iter()
                        .zip(x.outer_iter())
                        .map(|(a, x)| a.abs() * x.iter().fold(0.0, |sum: f64, x| sum + x.abs()));
                    let size: f64 = size.sum();
                    rest.iter().fold(0.0, |sum: f64, x| sum + x.abs()) / size.max(f64::MIN_POSITIVE)
                });
                relative.fold(0.0, f64::max)
            };
            let (ours, theirs) = (left(&x), left(&other));
            assert!(ours <= 4.0 * theirs + 1e-15, "{size}: {ours:e}, {theirs:e}");
            let turned = solved(&a.t(), &b, true);
            assert!(
                largest(&(&turned - &x)) <= 1e-7 * largest(&x).max(1.0),
                "{size}"
            );
        }
    }
}

#[test]
fn rows_are_exchanged_where_a_pivot_is_zero() {
    let a = array![[0.0, 2.0], [4.0, 8.0]];
    assert_eq!(lu_of(&a), array![[4.0, 8.0, 1.0], [0.0, 2.0, 1.0]]);
    assert_eq!(
        solved(&a, &array![[2.0], [12.0]], false),
        array![[1.0], [1.0]]
    );
}

#[test]
fn a_singular_matrix_has_a_zero_pivot_and_no_finite_solution() {
    for size in [2, 7, 33, 70] {
        let mut a = random(size, size, 19);
        a.column_mut(size / 2).fill(0.0);
        let f = lu_of(&a);
        assert_eq!(f[[size / 2, size / 2]], 0.0);
        assert!(f.iter().all(|entry| entry.is_finite()));
        let x = solved(&a, &random(size, 1, 23), false);
        assert!(x.iter().any(|entry| !entry.is_finite()));
    }
}

#[test]
fn batches_are_their_matrices() {
    let mut a = Array3::zeros((4, 3, 3));
    for (case, mut matrix) in a.outer_iter_mut().enumerate() {
        matrix.assign(&random(3, 3, case as u64 + 29));
    }
    let b = random(3, 2, 31);
    let mut f = Array3::zeros((4, 3, 4));
    lu(&Operand::array(&a), &mut f);
    let mut x = Array3::zeros((4, 3, 2));
    let spread = Operand::array(&b).view(&[None, Some(0), Some(1)], &[4, 3, 2]);
    let f = Operand::array(&f);
    lu_solve(&f, &f, &spread, &mut x);
    for case in 0..4 {
        assert_eq!(
            x.slice(s![case, .., ..]),
            solved(&a.slice(s![case, .., ..]), &b, false)
        );
    }
}

#[test]
fn single_precision() {
    let a = positive(40, 37).mapv(|entry| entry as f32);
    let l = cholesky_of(&a);
    let rest = l.dot(&l.t()) - &a;
    assert!(rest.iter().all(|entry| entry.abs() < 1e-4));
    let b = random(40, 1, 41).mapv(|entry| entry as f32);
    let x = solved(&a, &b, false);
    assert!((a.dot(&x) - b).iter().all(|entry| entry.abs() < 1e-3));
}

fn eigh_of<T: Element>(a: &ArrayRef<T, Ix2>) -> Array2<T> {
    let a = readable(a);
    let mut f = Array2::from_elem((a.nrows(), a.ncols() + 1), T::NAN);
    eigh(&Operand::array(&a), &mut f);
    f
}

/// Values ascend and are those of `nalgebra`; vectors are orthogonal, and the matrix turns each into its multiple.
#[test]
fn eigenvalues_are_those_of_nalgebra() {
    for size in SIZES {
        let b = random(size, size, 43);
        for a in [&b + &b.t(), b.dot(&b.t()), Array2::<f64>::eye(size)] {
            let f = eigh_of(&a);
            let (vectors, values) = (f.slice(s![.., ..size]), f.column(size));
            let mut theirs: Vec<f64> = match size {
                0 => Vec::new(),
                _ => theirs(&a).symmetric_eigenvalues().iter().copied().collect(),
            };
            theirs.sort_by(f64::total_cmp);
            for (ours, theirs) in values.iter().zip(theirs) {
                assert!(
                    (ours - theirs).abs() < 1e-12 * size as f64,
                    "{size}: {ours}, {theirs}"
                );
            }
            let turned = a.dot(&vectors) - &vectors * &values;
            assert!(largest(&turned) < 1e-12 * size.max(1) as f64, "{size}");
            let unit = vectors.t().dot(&vectors) - Array2::<f64>::eye(size);
            assert!(largest(&unit) < 1e-13 * size.max(1) as f64, "{size}");
        }
    }
}

fn of_numbers<const N: usize, const A: usize, const F: usize>() {
    for seed in 0..40 {
        let b = random(N, N, 47 + seed) * 10.0_f64.powi(seed as i32 % 7 - 3);
        let a = &b + &b.t();
        let entries: [f64; A] = std::array::from_fn(|at| a[[at / N, at % N]]);
        let f: [f64; F] = eigh_of_numbers(N, entries);
        let wanted = eigh_of(&a);
        for row in 0..N {
            let (ours, theirs) = (f[row * (N + 1) + N], wanted[[row, N]]);
            assert!(
                (ours - theirs).abs() <= 1e-14 * N as f64 * largest(&a),
                "{N}: {ours}, {theirs}"
            );
        }
    }
}

#[test]
fn matrices_in_numbers_have_the_eigenvalues_of_arrays() {
    of_numbers::<1, 1, 2>();
    of_numbers::<2, 4, 6>();
    of_numbers::<3, 9, 12>();
    of_numbers::<6, 36, 42>();
    of_numbers::<8, 64, 72>();
}

#[test]
fn no_number_in_a_matrix_ends_in_no_eigenvalue() {
    for wrong in [f64::NAN, f64::INFINITY] {
        let mut a = positive(7, 53);
        a[[2, 3]] = wrong;
        assert!(eigh_of(&a).iter().all(|entry| entry.is_nan()));
    }
}
