//! Interleaved timing of steps that take micro- to milliseconds.
//!
//! Invariant: a step returns a number that depends on all it has done, and rows are compared by it.

use std::hint::black_box;
use std::time::Instant;

use ndarray::{Array, Dimension, ShapeBuilder};

use crate::summary::Line;

/// How many rounds: `ROUNDS=11 cargo bench …` is quick, the default is steady.
pub fn rounds() -> usize {
    let asked = std::env::var("ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok());
    asked.unwrap_or(51)
}

type Step = Box<dyn FnMut() -> f64>;

/// A task and everybody who can do it; the first row is the measure.
pub struct Task {
    title: &'static str,
    rows: Vec<(&'static str, Step)>,
}

impl Task {
    pub fn new(title: &'static str) -> Task {
        let rows = Vec::new();
        Task { title, rows }
    }

    #[must_use]
    pub fn row(mut self, name: &'static str, step: impl FnMut() -> f64 + 'static) -> Task {
        self.rows.push((name, Box::new(step)));
        self
    }

    /// Compares all rows over a few steps, times them in turn, and prints the table.
    pub fn report(mut self, rounds: usize) -> Line {
        for _ in 0..3 {
            let results: Vec<f64> = self.rows.iter_mut().map(|(_, step)| step()).collect();
            let same = |result: &f64| (result - results[0]).abs() <= 1e-4 * results[0].abs();
            assert!(results.iter().all(same), "{}: {results:?}", self.title);
        }
        let mut times = vec![Vec::new(); self.rows.len()];
        for _ in 0..rounds {
            for ((_, step), times) in self.rows.iter_mut().zip(&mut times) {
                times.push(best_of_three(step));
            }
        }
        println!("\n{}\n", self.title);
        println!("| | µs | ratio | best | ratio of the best |\n|---|---|---|---|---|");
        let best = |times: &[f64]| times.iter().copied().fold(f64::INFINITY, f64::min);
        let mut ratios = Vec::new();
        for ((name, _), own) in self.rows.iter().zip(&times) {
            let ratio = median(own.iter().zip(&times[0]).map(|(time, base)| time / base));
            println!(
                "| {name} | {:.1} | {ratio:.2} | {:.1} | {:.2} |",
                median(own.iter().copied()),
                best(own),
                best(own) / best(&times[0])
            );
            ratios.push((*name, ratio));
        }
        Line {
            task: self.title,
            ratios,
        }
    }
}

fn best_of_three(step: &mut Step) -> f64 {
    let once = |step: &mut Step| {
        let start = Instant::now();
        black_box(step());
        start.elapsed().as_nanos() as f64 / 1e3
    };
    (0..3).map(|_| once(step)).fold(f64::INFINITY, f64::min)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Numbers between `low` and `high`, the same for the same seed.
pub fn random<D: Dimension>(
    seed: u64,
    shape: impl ShapeBuilder<Dim = D>,
    low: f32,
    high: f32,
) -> Array<f32, D> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    Array::from_shape_simple_fn(shape, || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        low + (high - low) * (state >> 40) as f32 / 16_777_216.0
    })
}
