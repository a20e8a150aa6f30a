//! Nanoseconds an element of the vector maths, beside the standard library and `wide`.
//!
//! `cargo bench -p graph-runtime --bench vecmath [-- WORDS]` prints one line per function, number type and length of slice,
//! of those that have one of the words in their name. The peers take turns, round after round, in one process; the
//! time printed is the shortest of all rounds, and a ratio is the median over the rounds of two times of the same
//! round, so that what slows the machine down for a while slows both. Invariant: before anything is measured, all
//! peers agree on the values to six digits.

#[path = "../src/functions.rs"]
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

/// A function of `wide` over the vectors of a slice whose length is a multiple of theirs, where `wide` has it.
macro_rules! by_wide {
    (exp $($with:tt)+) => { by_wide!(@ exp $($with)+) };
    (ln $($with:tt)+) => { by_wide!(@ ln $($with)+) };
    (log2 $($with:tt)+) => { by_wide!(@ log2 $($with)+) };
    (log10 $($with:tt)+) => { by_wide!(@ log10 $($with)+) };
    (sqrt $($with:tt)+) => { by_wide!(@ sqrt $($with)+) };
    (sin $($with:tt)+) => { by_wide!(@ sin $($with)+) };
    (cos $($with:tt)+) => { by_wide!(@ cos $($with)+) };
    (tan $($with:tt)+) => { by_wide!(@ tan $($with)+) };
    (asin $($with:tt)+) => { by_wide!(@ asin $($with)+) };
    (acos $($with:tt)+) => { by_wide!(@ acos $($with)+) };
    (atan $($with:tt)+) => { by_wide!(@ atan $($with)+) };
    (@ $name:ident $number:ident $vector:ident $lanes:literal) => {
        Some(|x: &[$number], y: &mut [$number]| {
            let (x, y) = (x.as_chunks::<$lanes>().0, y.as_chunks_mut::<$lanes>().0);
            for (x, y) in x.iter().zip(y) {
                *y = $vector::from(*x).$name().to_array();
            }
        })
    };
    ($name:ident $($with:tt)+) => { None };
}

/// A line a function, by the rows of the list that have an error; those of two numbers are of one and the same.
macro_rules! lines {
    ([$number:ident $vector:ident $lanes_of_wide:literal] $(
        $(#[$doc:meta])* $name:ident($($arg:ident),+) = $on:ident $($libm:ident)?, $lanes:ident, $error:tt, $ranges:tt, $exact:tt;
    )*) => {{
        let mut lines: Vec<Line<$number>> = Vec::new();
        $(lines! { @one lines [$number $vector $lanes_of_wide] $name($($arg)+) $error $ranges })*
        lines
    }};
    (@one $lines:ident $wide:tt $name:ident $args:tt - $ranges:tt) => {};
    (@one $lines:ident [$number:ident $($wide:tt)+] $name:ident($x:ident) $error:tt $ranges:tt) => {
        let [[range], ..] = $ranges;
        $lines.push(Line {
            name: stringify!($name),
            range,
            ours: vecmath::$name::<$number>,
            single: |x, y| {
                for (x, y) in x.iter().zip(y) {
                    *y = Real::$name(*x);
                }
            },
            wide: by_wide!($name $number $($wide)+),
        });
    };
    (@one $lines:ident [$number:ident $($wide:tt)+] $name:ident($a:ident $b:ident) $error:tt $ranges:tt) => {
        let [[range, _], ..] = $ranges;
        $lines.push(Line {
            name: stringify!($name),
            range,
            ours: |x, y| vecmath::$name(x, x, y),
            single: |x, y| {
                for (x, y) in x.iter().zip(y) {
                    *y = Real::$name(*x, *x);
                }
            },
            wide: None,
        });
    };
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let single = each_function!(lines f32 f32x8 8);
    let double = each_function!(lines f64 f64x4 4);
    println!("ns per element, and the ratio to ours");
    println!(
        "{:22}  {:>14}  {:>14}  {:>14}",
        "", "ours", "one by one", "wide"
    );
    let wanted =
        |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let lines = single.iter().zip(&double);
    for (single, double) in lines.filter(|(line, _)| wanted(line.name)) {
        measure(single, "f32");
        measure(double, "f64");
    }
}
