//! Nanoseconds an element of the vector maths, beside the standard library and `wide`.
//!
//! `cargo bench -p graph-runtime --bench vecmath [-- WORDS]` prints one line a function, number type and length of slice,
//! of those that have one of the words in their name. The peers take turns, round after round, in one process; the
//! time printed is the shortest of all rounds, and a ratio is the median over the rounds of two times of the same
//! round, so that what slows the machine down for a while slows both. Invariant: before anything is measured, all
//! peers agree on the values to six digits.

#[path = "common/functions.rs"]
mod functions;

use std::hint::black_box;
use std::time::Instant;

use graph_runtime::{Real, vecmath};
use wide::{f32x8, f64x4};

use functions::each_function;

/// Slices that fit the first cache, and slices that do not fit the second.
const LENGTHS: [usize; 2] = [2048, 1_000_000];
const ROUNDS: usize = 9;
/// How many elements a peer goes through in one round.
const WORK: usize = 1_000_000;

/// A function over slices, by the one it is a peer of.
type Function<T> = fn(&[T], &mut [T]);

/// One line of the table: us, the standard library (or `libm`) one number at a time, and `wide`, if it has the function.
struct Line<T> {
    name: &'static str,
    range: (f64, f64),
    ours: Function<T>,
    single: Function<T>,
    wide: Option<Function<T>>,
}

/// Evenly spread numbers, in no order that a branch predictor could learn.
fn numbers<T: Real>((low, high): (f64, f64), count: usize) -> Vec<T> {
    let golden = 0.618_033_988_749_895;
    (0..count)
        .map(|at| T::of(low + (high - low) * (at as f64 * golden).fract()))
        .collect()
}

fn time<T>(function: Function<T>, x: &[T], y: &mut [T]) -> f64 {
    let times = WORK / x.len();
    let start = Instant::now();
    for _ in 0..times {
        function(black_box(x), black_box(y));
    }
    start.elapsed().as_nanos() as f64 / (times * x.len()) as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn agree<T: Real + Into<f64>>(line: &Line<T>, peer: Function<T>) {
    let x = numbers::<T>(line.range, 1000);
    let mut results = [vec![T::of(0.0); 1000], vec![T::of(0.0); 1000]];
    (line.ours)(&x, &mut results[0]);
    peer(&x, &mut results[1]);
    for (ours, theirs) in results[0].iter().zip(&results[1]) {
        let (ours, theirs): (f64, f64) = ((*ours).into(), (*theirs).into());
        assert!(
            (ours - theirs).abs() <= 1e-6 * theirs.abs().max(1e-3),
            "{}: {ours}, {theirs}",
            line.name
        );
    }
}

fn measure<T: Real + Into<f64>>(line: &Line<T>, number: &str) {
    let peers: Vec<Function<T>> = [Some(line.ours), Some(line.single), line.wide]
        .into_iter()
        .flatten()
        .collect();
    for peer in &peers[1..] {
        agree(line, *peer);
    }
    for length in LENGTHS {
        let (x, mut y) = (numbers::<T>(line.range, length), vec![T::of(0.0); length]);
        let rounds: Vec<Vec<f64>> = (0..ROUNDS)
            .map(|_| peers.iter().map(|peer| time(*peer, &x, &mut y)).collect())
            .collect();
        print!("{:9} {number} {length:8}", line.name);
        for peer in 0..peers.len() {
            let best = rounds
                .iter()
                .map(|round| round[peer])
                .fold(f64::INFINITY, f64::min);
            let ratio = median(rounds.iter().map(|round| round[peer] / round[0]).collect());
            print!("  {best:7.3} {ratio:6.2}");
        }
        println!();
    }
}

/// A function of `wide` over the vectors of a slice whose length is a multiple of theirs.
macro_rules! by_wide {
    ($number:ident $vector:ident $lanes:literal, $name:ident) => {
        Some(|x: &[$number], y: &mut [$number]| {
            let (x, y) = (x.as_chunks::<$lanes>().0, y.as_chunks_mut::<$lanes>().0);
            for (x, y) in x.iter().zip(y) {
                *y = $vector::from(*x).$name().to_array();
            }
        })
    };
    ($number:ident $vector:ident $lanes:literal,) => {
        None
    };
}

macro_rules! lines {
    ($number:ident $vector:ident $lanes:literal: $($name:ident $range:expr $(, $wide:ident)?;)*) => {
        [$(Line::<$number> {
            name: stringify!($name),
            range: $range,
            ours: vecmath::$name::<$number>,
            single: |x, y| {
                for (x, y) in x.iter().zip(y) {
                    *y = Real::$name(*x);
                }
            },
            wide: by_wide!($number $vector $lanes, $($wide)?),
        }),*]
    };
}

/// Functions of two numbers, here of one and the same.
macro_rules! lines_of_two {
    ($number:ident: $($name:ident $range:expr;)*) => {
        [$(Line::<$number> {
            name: stringify!($name),
            range: $range,
            ours: |x, y| vecmath::$name(x, x, y),
            single: |x, y| {
                for (x, y) in x.iter().zip(y) {
                    *y = Real::$name(*x, *x);
                }
            },
            wide: None,
        }),*]
    };
}

macro_rules! table {
    ($($row:tt)*) => {
        (lines! { f32 f32x8 8: $($row)* }, lines! { f64 f64x4 4: $($row)* })
    };
}

macro_rules! table_of_two {
    ($($row:tt)*) => {
        (lines_of_two! { f32: $($row)* }, lines_of_two! { f64: $($row)* })
    };
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let (single, double) = each_function!(table);
    let (single_of_two, double_of_two) = table_of_two! {
        powf (0.1, 3.0);
        atan2 (-10.0, 10.0);
        hypot (-10.0, 10.0);
        logaddexp (-10.0, 10.0);
    };
    println!("ns an element, and the ratio to ours");
    println!(
        "{:22}  {:>14}  {:>14}  {:>14}",
        "", "ours", "one by one", "wide"
    );
    let wanted =
        |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let single = single.iter().chain(&single_of_two);
    let double = double.iter().chain(&double_of_two);
    for (single, double) in single.zip(double).filter(|(line, _)| wanted(line.name)) {
        measure(single, "f32");
        measure(double, "f64");
    }
}
