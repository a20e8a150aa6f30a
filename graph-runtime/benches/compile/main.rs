//! How long rustc takes over programs of many definitions, and how much of that is the macro.
//!
//! `cargo bench -p graph-runtime --bench compile [-- SIZES]` builds crates in a temporary folder and prints a table per kind of
//! program. A time is the shortest of `BUILDS` builds (3 unless told), less that of a crate without a graph. The macro's own share
//! is measured on a graph behind `#[cfg(any())]`: it is expanded in full, rustc reads the tokens and drops the items, so what is
//! measured is a little more than the macro. Cargo builds macros without optimisation in every profile, and so is this one.
//! Invariant: a build that fails, or that finds nothing to do, ends the run.

mod folder;
mod programs;

use folder::{Folder, Verb};
use programs::Kind;

fn main() {
    let asked = std::env::args().filter_map(|word| word.parse().ok());
    let asked: Vec<usize> = asked.collect();
    let builds = std::env::var("BUILDS").ok();
    let builds = builds.and_then(|builds| builds.parse().ok()).unwrap_or(3);
    let folder = Folder::new(builds);
    println!(
        "a cold build of the runtime and what it depends on: {:.1} s",
        folder.cold
    );
    for kind in programs::KINDS {
        println!("\n{}\n", kind.title);
        println!(
            "| definitions or turns | macro, ms | ms for each | check, ms | build, ms | release, ms | growth |"
        );
        println!("|---|---|---|---|---|---|---|");
        let sizes = if asked.is_empty() { kind.sizes } else { &asked };
        let mut before = None;
        for size in sizes {
            before = Some(report(&folder, *size, &kind, before));
        }
    }
}

/// One row, whose last column says how the time of a release build grows: 1 where twice the turns take twice as long. Gives
/// that time for each turn.
fn report(folder: &Folder, size: usize, kind: &Kind, before: Option<f64>) -> f64 {
    let graph = (kind.graph)(size);
    let unseen = format!("graph_runtime::graph! {{ #[cfg(any())] {graph} }}");
    let used = format!("graph_runtime::graph! {{ {graph} }}\n{}", kind.uses);
    let own = folder.over_empty(&unseen, Verb::Check);
    let [check, build, release] =
        [Verb::Check, Verb::Build, Verb::Release].map(|verb| folder.over_empty(&used, verb));
    let each = own / size as f64;
    let for_each = release / size as f64;
    let growth = before.map_or_else(String::new, |before| format!("{:.2}", for_each / before));
    println!(
        "| {size} | {own:.0} | {each:.2} | {check:.0} | {build:.0} | {release:.0} | {growth} |"
    );
    for_each
}
