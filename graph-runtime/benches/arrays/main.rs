//! Arrays: training steps, a fused chain and one affine layer, by `graph!` and assembled by hand over the same products and
//! the same lanes, or over the products of `matrixmultiply`; and these products alone.
//!
//! `cargo bench -p graph-runtime --bench arrays` prints one table per task, and all ratios in one at the end. The rows run in turn within a round and a row's
//! ratio is the median of its ratios to the hand-written row of the same round; `best` compares the fastest steps, since
//! long steps meet whatever else the machine does. Before anything is timed the results of all rows are compared.

mod affine;
mod chain;
mod harness;
mod network;
mod products;
#[path = "../common/summary.rs"]
mod summary;

fn main() {
    let rounds = harness::rounds();
    let mut lines = vec![
        network::small(rounds),
        network::large(rounds),
        chain::run(rounds),
        affine::run(rounds),
    ];
    lines.extend(products::run(rounds));
    summary::print(&lines);
}
