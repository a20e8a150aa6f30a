//! Loops over steps: value and gradient by `graph!`, against reverse loops written by hand that keep as much.
//!
//! `cargo bench -p graph-runtime --bench steps` prints one table per task, and all ratios in one at the end; how rows are timed is
//! said in `arrays`.

mod garch;
#[path = "../arrays/harness.rs"]
#[allow(dead_code, reason = "the benches over arrays draw theirs from it")]
mod harness;
mod heston;
mod lstm;
mod pendulum;
#[path = "../common/summary.rs"]
mod summary;

fn main() {
    let rounds = harness::rounds();
    let mut lines: Vec<_> = pendulum::TASKS
        .iter()
        .map(|(title, steps)| pendulum::run(title, *steps, rounds))
        .collect();
    lines.push(lstm::run(rounds));
    lines.push(garch::run(rounds));
    lines.push(heston::run(rounds));
    summary::print(&lines);
}
