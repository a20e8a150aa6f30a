//! Interleaved timing: every row of a task is timed for about a millisecond a round, one after the other.
//!
//! Invariant: inputs come from a pool through `black_box` and results go to one, so nothing is computed ahead or left out.

use std::hint::black_box;
use std::time::Instant;

use graph_runtime::Number;

use crate::summary::Line;

/// How many points a pool has.
const POOL: usize = 256;
/// How long a row runs in one round, in nanoseconds.
const SLICE: f64 = 1e6;

/// How many rounds: `ROUNDS=11 cargo bench …` is quick, the default is steady.
pub fn rounds() -> usize {
    let asked = std::env::var("ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok());
    asked.unwrap_or(101)
}

/// A task with `I` numbers in and `O` numbers out, and everybody who can do it; the first row is the measure.
pub struct Task<const I: usize, const O: usize> {
    title: &'static str,
    pool: Vec<[f64; I]>,
    rows: Vec<Row<I, O>>,
}

type Run<const I: usize, const O: usize> = Box<dyn FnMut(&[[f64; I]], usize) -> f64>;

struct Row<const I: usize, const O: usize> {
    name: &'static str,
    run: Run<I, O>,
    difference: f64,
    times: Vec<f64>,
}

impl<const I: usize, const O: usize> Task<I, O> {
    pub fn new(title: &'static str, mut point: impl FnMut(&mut Random) -> [f64; I]) -> Task<I, O> {
        let mut random = Random::new();
        let pool = (0..POOL).map(|_| point(&mut random)).collect();
        Task {
            title,
            pool,
            rows: Vec::new(),
        }
    }

    /// Adds a row, compared with `reference` all over the pool.
    #[must_use]
    pub fn row(
        self,
        name: &'static str,
        reference: fn(&[f64; I]) -> [f64; O],
        compute: impl Fn(&[f64; I]) -> [f64; O] + 'static,
    ) -> Task<I, O> {
        self.row_of(name, reference, compute, |results| *results)
    }

    /// The same for a row whose results come as `R`: that is what is timed, and numbers are made of it to compare them.
    #[must_use]
    pub fn row_of<R>(
        mut self,
        name: &'static str,
        reference: fn(&[f64; I]) -> [f64; O],
        compute: impl Fn(&[f64; I]) -> R + 'static,
        numbers: fn(&R) -> [f64; O],
    ) -> Task<I, O> {
        let difference = self
            .pool
            .iter()
            .map(|point| difference(&numbers(&compute(point)), &reference(point)))
            .fold(0.0, f64::max);
        assert!(
            difference < 1e-9,
            "{name} of {}: {difference:e}",
            self.title
        );
        let run = move |pool: &[[f64; I]], times: usize| {
            let start = Instant::now();
            for _ in 0..times {
                for point in pool {
                    black_box(compute(black_box(point)));
                }
            }
            start.elapsed().as_nanos() as f64 / (times * pool.len()) as f64
        };
        self.rows.push(Row {
            name,
            run: Box::new(run),
            difference,
            times: Vec::new(),
        });
        self
    }

    /// Times all rows in turn, and prints the table.
    pub fn report(mut self, rounds: usize) -> Line {
        let repetitions: Vec<usize> = self
            .rows
            .iter_mut()
            .map(|row| {
                let once = (row.run)(&self.pool, 2) * self.pool.len() as f64;
                ((SLICE / once) as usize).max(1)
            })
            .collect();
        for _ in 0..rounds {
            for (row, times) in self.rows.iter_mut().zip(&repetitions) {
                let time = (row.run)(&self.pool, *times);
                row.times.push(time);
            }
        }
        println!("\n{}\n", self.title);
        println!("| | ns | ratio | largest difference |\n|---|---|---|---|");
        let base = self.rows[0].times.clone();
        let mut ratios = Vec::new();
        for row in &self.rows {
            let ratio = median(row.times.iter().zip(&base).map(|(time, base)| time / base));
            println!(
                "| {} | {:.2} | {ratio:.2} | {:.0e} |",
                row.name,
                median(row.times.iter().copied()),
                row.difference
            );
            ratios.push((row.name, ratio));
        }
        Line {
            task: self.title,
            ratios,
        }
    }
}

/// How many points a batch has.
const BATCH: usize = 10_000;

type Slices<T, const I: usize, const O: usize> = fn([&[T]; I], [&mut [T]; O]);

/// A task over slices, a column per input and a column per result; the first row is the measure.
pub struct Batch<T, const I: usize, const O: usize> {
    title: &'static str,
    inputs: [Vec<T>; I],
    rows: Vec<(&'static str, Slices<T, I, O>)>,
}

impl<T: Number, const I: usize, const O: usize> Batch<T, I, O> {
    pub fn new(title: &'static str, mut point: impl FnMut(&mut Random) -> [f64; I]) -> Self {
        let mut random = Random::new();
        let points: Vec<[f64; I]> = (0..BATCH).map(|_| point(&mut random)).collect();
        let inputs =
            std::array::from_fn(|at| points.iter().map(|point| T::of(point[at])).collect());
        let rows = Vec::new();
        Batch {
            title,
            inputs,
            rows,
        }
    }

    #[must_use]
    pub fn row(mut self, name: &'static str, run: Slices<T, I, O>) -> Self {
        self.rows.push((name, run));
        self
    }

    /// Compares all rows, times them in turn, and prints the table.
    pub fn report(self, rounds: usize) -> Line {
        let results: Vec<Vec<Vec<T>>> =
            self.rows.iter().map(|(_, run)| self.once(*run).0).collect();
        let mut times = vec![Vec::new(); self.rows.len()];
        for _ in 0..rounds {
            for ((_, run), times) in self.rows.iter().zip(&mut times) {
                times.push(self.once(*run).1 / BATCH as f64);
            }
        }
        println!("\n{}\n", self.title);
        println!("| | ns per point | ratio | largest difference |\n|---|---|---|---|");
        let mut ratios = Vec::new();
        for (row, (name, _)) in self.rows.iter().enumerate() {
            let pairs = times[row].iter().zip(&times[0]);
            let ratio = median(pairs.map(|(time, base)| time / base));
            println!(
                "| {name} | {:.2} | {ratio:.2} | {:.0e} |",
                median(times[row].iter().copied()),
                apart(&results[row], &results[0])
            );
            ratios.push((*name, ratio));
        }
        Line {
            task: self.title,
            ratios,
        }
    }

    /// The results, and how long they took.
    fn once(&self, run: Slices<T, I, O>) -> (Vec<Vec<T>>, f64) {
        let mut results: [Vec<T>; O] = std::array::from_fn(|_| vec![T::of(0.0); BATCH]);
        let inputs = self.inputs.each_ref().map(Vec::as_slice);
        let start = Instant::now();
        run(
            black_box(inputs),
            black_box(results.each_mut().map(Vec::as_mut_slice)),
        );
        let time = start.elapsed().as_nanos() as f64;
        (black_box(results).into(), time)
    }
}

/// The largest difference relative to the largest number of a column.
fn apart<T: Number>(got: &[Vec<T>], want: &[Vec<T>]) -> f64 {
    let column = |(got, want): (&Vec<T>, &Vec<T>)| {
        let largest = want
            .iter()
            .fold(1e-30_f64, |largest, x| largest.max(x.to_f64().abs()));
        let apart = got
            .iter()
            .zip(want)
            .map(|(got, want)| (got.to_f64() - want.to_f64()).abs());
        apart.fold(0.0, f64::max) / largest
    };
    got.iter().zip(want).map(column).fold(0.0, f64::max)
}

/// The hand-written function at every point.
#[inline(always)]
pub fn plain_loop<T: Number, const I: usize, const O: usize>(
    inputs: [&[T]; I],
    mut results: [&mut [T]; O],
    compute: impl Fn(&[T; I]) -> [T; O],
) {
    for at in 0..BATCH {
        let point = inputs.map(|input| input[at]);
        for (result, value) in results.iter_mut().zip(compute(&point)) {
            result[at] = value;
        }
    }
}

fn difference<const O: usize>(got: &[f64; O], want: &[f64; O]) -> f64 {
    let largest = want.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    let apart = |(got, want): (&f64, &f64)| (got - want).abs() / want.abs().max(1e-6 * largest);
    got.iter().zip(want).map(apart).fold(0.0, f64::max)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Marsaglia's xorshift, which is random enough for points.
pub struct Random(u64);

impl Random {
    /// The same numbers every time.
    pub fn new() -> Random {
        Random(0x9E37_79B9_7F4A_7C15)
    }

    /// A number between `low` and `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + (high - low) * (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// 1 or -1.
    pub fn sign(&mut self) -> f64 {
        self.between(-1.0, 1.0).signum()
    }
}
