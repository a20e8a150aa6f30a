//! Numbers, one point at a time and in batches: value and gradient (or Jacobian) by `graph!`, by hand, and by the peers that are light enough.
//!
//! `cargo bench -p graph-runtime --bench points` prints one table per task, and all ratios in one at the end. All peers run in turn within one round, and a
//! row's ratio is the median of its ratios to the hand-written row of the same round, so that a machine that is busy with other
//! things slows both sides of a ratio. Before anything is timed, every peer's numbers are compared with the hand-written ones.

mod camera;
mod duals;
mod harness;
mod helmholtz;
mod logistic;
mod rosenbrock;
mod square;
#[path = "../common/summary.rs"]
mod summary;

fn main() {
    let rounds = harness::rounds();
    summary::print(&[
        square::run(rounds),
        logistic::run(rounds),
        rosenbrock::run(rounds),
        camera::run(rounds),
        helmholtz::run(rounds),
        logistic::run_batch::<f64>("logistic loss, a batch of f64", rounds),
        logistic::run_batch::<f32>("logistic loss, a batch of f32", rounds),
        camera::run_batch::<f64>("camera, a batch of f64", rounds),
        camera::run_batch::<f32>("camera, a batch of f32", rounds),
    ]);
}
