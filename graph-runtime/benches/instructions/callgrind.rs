//! Counting with valgrind's callgrind.
//!
//! Invariant: callgrind writes what it has counted at every call of [`mark`], which stands before and after each piece of work,
//! so every second part of its output is one piece.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use crate::work::Piece;

/// The variable that says that the program is being counted.
pub const INSIDE: &str = "GRAPH_COUNTED";

pub fn is_there() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// A border between two parts of the output. Its name is how callgrind finds it.
#[inline(never)]
fn mark_for_callgrind(at: usize) {
    black_box(at);
}

/// Does every piece between two marks, after one round that finds pages and the instruction set.
pub fn run(pieces: Vec<Piece>) {
    for (at, mut piece) in pieces.into_iter().enumerate() {
        (piece.run)();
        mark_for_callgrind(black_box(2 * at));
        (piece.run)();
        mark_for_callgrind(black_box(2 * at + 1));
    }
}

/// Instructions a unit of work, piece by piece, of this very program.
pub fn counts() -> Vec<f64> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("counts");
    let program = std::env::current_exe().expect("this program");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-before=*mark_for_callgrind*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(program)
        .env(INSIDE, "1")
        .output()
        .expect("valgrind starts");
    assert!(
        output.status.success(),
        "valgrind: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let units = crate::work::pieces().into_iter().map(|piece| piece.units);
    units
        .enumerate()
        .map(|(at, units)| total(folder.path(), 2 * at + 2) / units as f64)
        .collect()
}

/// The instructions of one part: its line `totals: N`.
fn total(folder: &Path, part: usize) -> f64 {
    let path = folder.join(format!("counts.{part}"));
    let text = std::fs::read_to_string(&path).expect("a part for every mark");
    let line = text.lines().find_map(|line| line.strip_prefix("totals: "));
    line.and_then(|count| count.trim().parse().ok())
        .expect("a total")
}
