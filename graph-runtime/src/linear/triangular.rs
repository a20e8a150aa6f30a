//! What is solved by a triangular matrix: row by row within a block, and by products from block to block.

use super::arrays::{BLOCK, block, product, subtract};
use crate::operand::Element;
use crate::products::Factor;

/// Which part of a matrix is read.
#[derive(Clone, Copy)]
pub struct Triangle {
    is_upper: bool,
    /// Whether the diagonal is all 1, whatever stands there.
    is_unit: bool,
}

impl Triangle {
    pub const LOWER: Triangle = Triangle {
        is_upper: false,
        is_unit: false,
    };
    pub const UPPER: Triangle = Triangle {
        is_upper: true,
        is_unit: false,
    };

    pub const fn unit(self) -> Triangle {
        Triangle {
            is_unit: true,
            ..self
        }
    }
}

/// Puts what is solved for into the place of the right side, a packed matrix.
pub fn solve<T: Element>(triangle: Triangle, a: Factor<'_, T>, x: &mut [T]) {
    let (size, columns) = (a.rows, x.len() / a.rows);
    let mut memory = Vec::new();
    let starts = (0..size).step_by(BLOCK);
    let mut solve_rows = |start: usize| {
        let end = (start + BLOCK).min(size);
        // What is solved already lies before the block, or behind it.
        let there = match triangle.is_upper {
            true => end..size,
            false => 0..start,
        };
        if !there.is_empty() {
            let beside = a.part(&(start..end), &there);
            let solved = block(x, columns, [there.start, 0], [there.len(), columns]);
            product(beside, solved, &mut memory);
            subtract(
                &memory,
                columns,
                &mut x[..end * columns],
                columns,
                [start, 0],
            );
        }
        within(triangle, a, x, columns, start..end);
    };
    match triangle.is_upper {
        true => starts.rev().for_each(&mut solve_rows),
        false => starts.for_each(&mut solve_rows),
    }
}

/// The rows of one block.
fn within<T: Element>(
    triangle: Triangle,
    a: Factor<'_, T>,
    x: &mut [T],
    columns: usize,
    rows: std::ops::Range<usize>,
) {
    for step in 0..rows.len() {
        let row = match triangle.is_upper {
            true => rows.end - 1 - step,
            false => rows.start + step,
        };
        let (before, rest) = x.split_at_mut(row * columns);
        let (own, behind) = rest.split_at_mut(columns);
        let (solved, first) = match triangle.is_upper {
            true => (&behind[..(rows.end - row - 1) * columns], row + 1),
            false => (&before[rows.start * columns..], rows.start),
        };
        for (at, solved) in solved.chunks_exact(columns).enumerate() {
            let factor = a.at(row, first + at);
            let pairs = own.iter_mut().zip(solved);
            pairs.for_each(|(entry, solved)| *entry = *entry - factor * *solved);
        }
        if !triangle.is_unit {
            let pivot = a.at(row, row);
            own.iter_mut().for_each(|entry| *entry = *entry / pivot);
        }
    }
}
