//! Products against sums one by one. Entries are small whole numbers, so that sums are exact in any order.

use super::{Factor, Multiply, Product, one_by_one};
use crate::Number;
use crate::lanes::portable::Portable;
use crate::lanes::{Level, Task};

const LEVELS: [Level; 3] = [Level::Baseline, Level::Avx2, Level::Avx512];

/// A number whose products can be had on lanes in plain Rust.
trait Plain: Multiply {
    fn in_plain_rust(a: Factor<'_, Self>, b: Factor<'_, Self>, product: &mut [Self], added: bool);
}

macro_rules! plain {
    ($($number:ident $lanes:literal;)*) => {$(
        impl Plain for $number {
            fn in_plain_rust(
                a: Factor<'_, $number>,
                b: Factor<'_, $number>,
                product: &mut [$number],
                added: bool,
            ) {
                let memory = &mut [Vec::new(), Vec::new()];
                let product = Product { a, b, product, added, memory };
                product.run::<Portable<$number, $lanes>>();
            }
        }
    )*};
}

plain! {
    f32 4;
    f64 2;
}

/// How a matrix lies in memory: by rows, by columns, and with gaps.
#[derive(Clone, Copy, Debug)]
enum Layout {
    Rows,
    Columns,
    Gaps,
}

const LAYOUTS: [Layout; 3] = [Layout::Rows, Layout::Columns, Layout::Gaps];

impl Layout {
    fn strides(self, rows: usize, columns: usize) -> [usize; 2] {
        match self {
            Layout::Rows => [columns, 1],
            Layout::Columns => [1, rows],
            Layout::Gaps => [3 * columns + 1, 3],
        }
    }
}

/// What a matrix is made of; what lies in gaps is NaN.
struct Matrix<T> {
    memory: Vec<T>,
    extents: [usize; 2],
    strides: [usize; 2],
}

impl<T: Number> Matrix<T> {
    fn new([rows, columns]: [usize; 2], layout: Layout, salt: usize) -> Matrix<T> {
        let strides = layout.strides(rows, columns);
        let size = match rows * columns {
            0 => 0,
            _ => (rows - 1) * strides[0] + (columns - 1) * strides[1] + 1,
        };
        let mut memory = vec![T::NAN; size];
        for row in 0..rows {
            for column in 0..columns {
                let entry = (row * 7 + column * 11 + salt + row * column) % 9;
                memory[row * strides[0] + column * strides[1]] = T::of(entry as f64 - 4.0);
            }
        }
        Matrix {
            memory,
            extents: [rows, columns],
            strides,
        }
    }

    fn factor(&self) -> Factor<'_, T> {
        Factor {
            entries: &self.memory,
            rows: self.extents[0],
            columns: self.extents[1],
            strides: self.strides,
        }
    }
}

fn same<T: Number>(found: &[T], expected: &[T]) -> bool {
    let same = |(a, b): (&T, &T)| a == b || a.is_nan() && b.is_nan();
    found.len() == expected.len() && found.iter().zip(expected).all(same)
}

/// The sums of the definition, added to `entries`.
fn by_definition<T: Number>(a: &Matrix<T>, b: &Matrix<T>, entries: &mut [T]) {
    let at = |matrix: &Matrix<T>, row: usize, column: usize| {
        matrix.memory[row * matrix.strides[0] + column * matrix.strides[1]]
    };
    let [rows, terms] = a.extents;
    let columns = b.extents[1];
    for row in 0..rows {
        for column in 0..columns {
            for term in 0..terms {
                let entry = &mut entries[row * columns + column];
                *entry = *entry + at(a, row, term) * at(b, term, column);
            }
        }
    }
}

/// Writes the product over NaN, and adds it to what is there: with every instruction set, and by single numbers.
fn agree<T: Plain>(a: &Matrix<T>, b: &Matrix<T>, case: &str) {
    let size = a.extents[0] * b.extents[1];
    let before: Vec<T> = (0..size).map(|at| T::of((at % 5) as f64)).collect();
    for added in [false, true] {
        let start = |rest: T| -> Vec<T> {
            let kept = if added { &before[..] } else { &[] };
            (0..size)
                .map(|at| kept.get(at).copied().unwrap_or(rest))
                .collect()
        };
        let mut expected = start(T::of(0.0));
        by_definition(a, b, &mut expected);
        let mut found = start(T::NAN);
        one_by_one(a.factor(), b.factor(), &mut found, added);
        assert!(
            same(&found, &expected),
            "{case}, one by one, added: {added}"
        );
        let mut found = start(T::NAN);
        T::in_plain_rust(a.factor(), b.factor(), &mut found, added);
        assert!(same(&found, &expected), "{case}, plain, added: {added}");
        for level in LEVELS {
            let mut found = start(T::NAN);
            T::multiply_at(level, a.factor(), b.factor(), &mut found, added);
            assert!(same(&found, &expected), "{case}, {level:?}, added: {added}");
        }
    }
}

fn every_layout<T: Plain>(rows: usize, terms: usize, columns: usize) {
    for left in LAYOUTS {
        for right in LAYOUTS {
            let a = Matrix::<T>::new([rows, terms], left, 1);
            let b = Matrix::<T>::new([terms, columns], right, 5);
            agree(
                &a,
                &b,
                &format!("{rows}x{terms} {left:?} @ {terms}x{columns} {right:?}"),
            );
        }
    }
}

/// None, one, and a few more or less than a tile or a vector has.
#[test]
fn every_small_shape() {
    for rows in [0, 1, 2, 4, 5, 12, 13, 25] {
        for terms in [0, 1, 2, 5, 17] {
            for columns in [0, 1, 3, 8, 9, 16, 17, 33] {
                every_layout::<f32>(rows, terms, columns);
                every_layout::<f64>(rows, terms, columns);
            }
        }
    }
}

/// More than a block of terms, of rows and of columns.
#[test]
fn more_than_a_block() {
    every_layout::<f32>(13, 600, 35);
    every_layout::<f64>(500, 20, 9);
    every_layout::<f64>(7, 11, 2100);
    every_layout::<f32>(130, 40, 200);
}

/// What lies beside a tile does not reach it, whatever it is: padding is never multiplied into a result.
#[test]
fn infinities_stay_in_their_row_and_column() {
    for (rows, columns) in [(13, 19), (25, 9), (1, 20), (20, 1), (3, 40)] {
        for layout in LAYOUTS {
            let mut a = Matrix::<f64>::new([rows, 6], layout, 2);
            let mut b = Matrix::<f64>::new([6, columns], layout, 3);
            a.memory[(rows - 1) * a.strides[0] + 5 * a.strides[1]] = f64::INFINITY;
            b.memory[(columns / 2) * b.strides[1]] = f64::NEG_INFINITY;
            agree(&a, &b, &format!("{rows}x6 @ 6x{columns} {layout:?}"));
        }
    }
}

/// A row of a product of many rows is the product of that row, to the last bit.
#[test]
fn rows_do_not_depend_on_each_other() {
    let a: Vec<f64> = (0..40 * 300).map(|at| (at as f64 * 0.7).sin()).collect();
    let b: Vec<f64> = (0..300 * 50).map(|at| (at as f64 * 0.3).cos()).collect();
    let factor = |entries, rows, columns| Factor {
        entries,
        rows,
        columns,
        strides: [columns, 1],
    };
    let right = factor(&b[..], 300, 50);
    for level in LEVELS {
        let mut whole = vec![0.0; 40 * 50];
        f64::multiply_at(level, factor(&a, 40, 300), right, &mut whole, false);
        for rows in [2, 5, 17] {
            let mut part = vec![0.0; rows * 50];
            f64::multiply_at(
                level,
                factor(&a[..rows * 300], rows, 300),
                right,
                &mut part,
                false,
            );
            assert_eq!(part, whole[..rows * 50]);
        }
    }
}
