//! Instruction counts of the tasks of one point, of matrix products and of the vector maths, held against stored ones.
//!
//! `cargo bench -p graph-runtime --bench instructions` runs itself under callgrind, whose counts do not depend on what else the
//! machine does, and fails where one has grown by more than [`TOLERANCE`]. `UPDATE_BASELINE=1` before it stores the new counts in
//! `baseline.txt`; read the difference. Invariant: a count is that of a piece of work and nothing else, neither of the program's
//! start nor of another piece, and counts are compared only where compiler, C library and instruction set are those of the stored
//! ones, since each of the three changes them.

mod baseline;
mod callgrind;
#[allow(dead_code)]
#[path = "../points/camera.rs"]
mod camera;
#[allow(dead_code)]
#[path = "../points/duals.rs"]
mod duals;
#[path = "../../src/functions.rs"]
mod functions;
#[allow(dead_code)]
#[path = "../points/harness.rs"]
mod harness;
#[allow(dead_code)]
#[path = "../points/logistic.rs"]
mod logistic;
#[allow(dead_code)]
#[path = "../points/rosenbrock.rs"]
mod rosenbrock;
#[allow(dead_code)]
#[path = "../points/square.rs"]
mod square;
#[allow(dead_code)]
#[path = "../common/summary.rs"]
mod summary;
mod work;

use std::process::ExitCode;

use baseline::Baseline;

/// By which part a count may grow. The counts of two runs are equal but for a few instructions, so this is for small changes
/// that are worth their price.
const TOLERANCE: f64 = 0.03;

fn main() -> ExitCode {
    let pieces = work::pieces();
    if std::env::var_os(callgrind::INSIDE).is_some() {
        callgrind::run(pieces);
        return ExitCode::SUCCESS;
    }
    if !callgrind::is_there() {
        println!("instruction counts: skipped, since there is no valgrind here");
        return ExitCode::SUCCESS;
    }
    let names = pieces.into_iter().map(|piece| piece.name);
    let now = Baseline {
        surroundings: baseline::surroundings(),
        counts: names.zip(callgrind::counts()).collect(),
    };
    if std::env::var_os("UPDATE_BASELINE").is_some() {
        now.store();
        return ExitCode::SUCCESS;
    }
    compare(&now, &Baseline::load())
}

/// Prints the table, and fails where something has got slower.
fn compare(now: &Baseline, stored: &Baseline) -> ExitCode {
    let comparable = now.surroundings == stored.surroundings;
    println!("| | instructions | stored | ratio |\n|---|---|---|---|");
    let mut grown = Vec::new();
    let mut missing = Vec::new();
    for (name, count) in &now.counts {
        let Some(before) = stored.count(name) else {
            println!("| {name} | {count:.1} | | |");
            missing.push(name.as_str());
            continue;
        };
        println!(
            "| {name} | {count:.1} | {before:.1} | {:.3} |",
            count / before
        );
        if *count > before * (1.0 + TOLERANCE) {
            grown.push(name.as_str());
        }
    }
    if !comparable {
        println!(
            "not compared: these counts are by {}, the stored ones by {}",
            now.surroundings, stored.surroundings
        );
        return ExitCode::SUCCESS;
    }
    if grown.is_empty() && missing.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!(
        "more instructions than stored: {}; not stored: {}",
        grown.join(", "),
        missing.join(", ")
    );
    ExitCode::FAILURE
}
