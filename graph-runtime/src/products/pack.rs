//! Factors in the order in which tiles read them.
//!
//! A factor is read in strips: as many of its rows (or columns) as a tile has, side by side for one term after the other.
//! Invariant: packed strips are padded with zeros to their full width; strips in place overlap instead, so that every strip
//! is whole.

#![allow(
    clippy::needless_range_loop,
    reason = "loops of constant length over several arrays at once"
)]

use super::Factor;
use crate::Number;

/// Strips of one width. Those of a left factor are its rows, and of a right factor, turned, its columns.
#[derive(Clone, Copy)]
pub struct Strips<'a, T> {
    entries: &'a [T],
    /// How far apart the terms of a strip are.
    pub step: usize,
    /// How far apart packed strips are, none for strips in place.
    apart: Option<usize>,
    width: usize,
    /// How many rows there are in all.
    rows: usize,
    pub terms: usize,
}

impl<'a, T: Number> Strips<'a, T> {
    /// Whether a factor can be read in place: its rows lie side by side, and there is at least one strip of them.
    pub fn fit(factor: &Factor<'_, T>, width: usize) -> bool {
        factor.by_columns() && factor.rows >= width
    }

    pub fn in_place(factor: Factor<'a, T>, width: usize) -> Strips<'a, T> {
        Strips {
            entries: factor.entries,
            step: factor.strides[1],
            apart: None,
            width,
            rows: factor.rows,
            terms: factor.columns,
        }
    }

    #[inline(always)]
    pub fn packed(factor: Factor<'_, T>, width: usize, memory: &'a mut Vec<T>) -> Strips<'a, T> {
        let apart = width * factor.columns;
        let size = factor.rows.div_ceil(width) * apart;
        if memory.len() < size + LINE {
            memory.resize(size + LINE, T::of(0.0));
        }
        let start = memory.as_ptr().align_offset(64).min(LINE);
        let entries = &mut memory[start..start + size];
        for (index, strip) in entries.chunks_exact_mut(apart).enumerate() {
            pack(&factor, index * width, width, strip);
        }
        Strips {
            entries,
            step: width,
            apart: Some(apart),
            width,
            rows: factor.rows,
            terms: factor.columns,
        }
    }

    /// The strip that holds row `from`, and which of its rows that is.
    #[inline(always)]
    pub fn strip(&self, from: usize, width: usize) -> (&'a [T], usize) {
        match self.apart {
            Some(apart) => (&self.entries[from / self.width * apart..], 0),
            None => {
                let start = from.min(self.rows - width);
                (&self.entries[start..], from - start)
            }
        }
    }
}

/// Entries that a line of the cache holds at most, which may be skipped to start at one.
const LINE: usize = 16;

/// How many rows are turned at a time: few enough that their lines stay in the cache, however far apart they are.
const TURNED: usize = 8;

/// Writes the rows from `from` on, term by term, into memory that is zero where there are none.
#[inline(always)]
fn pack<T: Number>(factor: &Factor<'_, T>, from: usize, width: usize, strip: &mut [T]) {
    let rows = width.min(factor.rows - from);
    let [row, column] = factor.strides;
    let entries = &factor.entries[from * row..];
    if rows < width {
        strip.fill(T::of(0.0));
    }
    if row == 1 {
        for (at, term) in strip.chunks_exact_mut(width).enumerate() {
            let entries = &entries[at * column..][..rows];
            for (to, entry) in term.iter_mut().zip(entries) {
                *to = *entry;
            }
        }
        return;
    }
    let mut done = 0;
    while column == 1 && rows - done >= TURNED {
        turn(&entries[done * row..], row, done, width, strip);
        done += TURNED;
    }
    for (at, term) in strip.chunks_exact_mut(width).enumerate() {
        for index in done..rows {
            term[index] = entries[index * row + at * column];
        }
    }
}

/// Turns some rows that lie side by side into a part of each term.
#[inline(always)]
fn turn<T: Number>(entries: &[T], row: usize, to: usize, width: usize, strip: &mut [T]) {
    let terms = strip.len() / width;
    let mut rows = [&entries[..0]; TURNED];
    for index in 0..TURNED {
        rows[index] = &entries[index * row..][..terms];
    }
    for (at, term) in strip.chunks_exact_mut(width).enumerate() {
        let term = &mut term[to..to + TURNED];
        for index in 0..TURNED {
            term[index] = rows[index][at];
        }
    }
}
