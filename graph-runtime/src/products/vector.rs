//! A matrix times a vector.
//!
//! Invariant: the matrix is read once, along whichever of its axes lies side by side in memory: sums over its rows, or
//! multiples of its columns, several of them at a time.

#![allow(
    clippy::needless_range_loop,
    reason = "loops of constant length over several arrays at once"
)]

use super::Factor;
use crate::Real;
use crate::lanes::{Lanes, Vector};

/// How many rows or columns are computed together.
const TOGETHER: usize = 4;

/// Adds `a x` to `y`.
#[inline(always)]
pub fn add_times_vector<V: Vector>(a: Factor<'_, V::Number>, x: &[V::Number], y: &mut [V::Number]) {
    if a.by_rows() {
        along_rows::<V>(a, x, y);
    } else if a.by_columns() {
        along_columns::<V>(a, x, y);
    } else {
        for (row, y) in y.iter_mut().enumerate() {
            for (column, x) in x.iter().enumerate() {
                *y = *y + a.at(row, column) * *x;
            }
        }
    }
}

#[inline(always)]
fn along_rows<V: Vector>(a: Factor<'_, V::Number>, x: &[V::Number], y: &mut [V::Number]) {
    let mut from = 0;
    while from < y.len() {
        let mut rows = [&a.entries[..0]; TOGETHER];
        for index in 0..TOGETHER {
            let row = (from + index).min(a.rows - 1);
            rows[index] = &a.entries[row * a.strides[0]..][..x.len()];
        }
        let sums = dot_products::<V>(rows, x);
        for (y, sum) in y[from..].iter_mut().zip(sums) {
            *y = *y + sum;
        }
        from += TOGETHER;
    }
}

/// The sums of the products of some rows with a vector of the same length.
#[inline(always)]
fn dot_products<V: Vector>(
    rows: [&[V::Number]; TOGETHER],
    x: &[V::Number],
) -> [V::Number; TOGETHER] {
    let mut sums = [[Lanes::<V>::of(0.0); 2]; TOGETHER];
    let mut at = 0;
    while at + 2 * V::LANES <= x.len() {
        for half in 0..2 {
            let from = at + half * V::LANES;
            let factor = Lanes::load(x, from);
            for row in 0..TOGETHER {
                let entries = Lanes::load(&rows[row][..x.len()], from);
                sums[row][half] = entries.mul_add(factor, sums[row][half]);
            }
        }
        at += 2 * V::LANES;
    }
    if at + V::LANES <= x.len() {
        let factor = Lanes::load(x, at);
        for row in 0..TOGETHER {
            let entries = Lanes::load(&rows[row][..x.len()], at);
            sums[row][0] = entries.mul_add(factor, sums[row][0]);
        }
        at += V::LANES;
    }
    let mut results = [V::Number::of(0.0); TOGETHER];
    for row in 0..TOGETHER {
        results[row] = sum_of_lanes(sums[row][0] + sums[row][1]);
    }
    for at in at..x.len() {
        for row in 0..TOGETHER {
            results[row] = results[row] + rows[row][..x.len()][at] * x[at];
        }
    }
    results
}

#[inline(always)]
fn sum_of_lanes<V: Vector>(lanes: Lanes<V>) -> V::Number {
    let mut entries = [V::Number::of(0.0); crate::lanes::MAX_LANES];
    lanes.store(&mut entries, 0);
    let mut half = V::LANES / 2;
    while half > 0 {
        for at in 0..half {
            entries[at] = entries[at] + entries[at + half];
        }
        half /= 2;
    }
    entries[0]
}

#[inline(always)]
fn along_columns<V: Vector>(a: Factor<'_, V::Number>, x: &[V::Number], y: &mut [V::Number]) {
    let together = x.len() - x.len() % TOGETHER;
    for from in (0..together).step_by(TOGETHER) {
        add_multiples::<V, TOGETHER>(a, from, x, y);
    }
    for from in together..x.len() {
        add_multiples::<V, 1>(a, from, x, y);
    }
}

/// Adds some columns, each times its factor.
#[inline(always)]
fn add_multiples<V: Vector, const COUNT: usize>(
    a: Factor<'_, V::Number>,
    from: usize,
    x: &[V::Number],
    y: &mut [V::Number],
) {
    let mut columns = [&a.entries[..0]; COUNT];
    let mut factors = [Lanes::<V>::of(0.0); COUNT];
    for index in 0..COUNT {
        columns[index] = &a.entries[(from + index) * a.strides[1]..][..y.len()];
        factors[index] = Lanes::number(x[from + index]);
    }
    let mut at = 0;
    while at + V::LANES <= y.len() {
        let mut sum = Lanes::load(y, at);
        for index in 0..COUNT {
            let entries = Lanes::load(&columns[index][..y.len()], at);
            sum = entries.mul_add(factors[index], sum);
        }
        sum.store(y, at);
        at += V::LANES;
    }
    for index in 0..COUNT {
        for (y, entry) in y[at..].iter_mut().zip(&columns[index][at..]) {
            *y = *y + *entry * x[from + index];
        }
    }
}
