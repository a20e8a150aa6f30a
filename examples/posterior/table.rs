//! The draws as a table beside what must come out.

use graph_runtime::solvers::nuts_rs::{Draws, Summary};

use crate::data::Known;

/// Prints those numbers that are shown, and sums up the others; says whether all means are within four standard errors of what must come
/// out, which itself has none.
pub(crate) fn print(draws: &Draws, known: &[Known], is_shown: impl Fn(&str) -> bool) -> bool {
    let summary = draws.summary();
    assert_eq!(summary.len(), known.len(), "each number is known");
    println!("                    mean       sd    R-hat      ESS   known mean  known sd  off by");
    let (mut farthest, mut least, mut largest) = (0.0_f64, f64::INFINITY, 0.0_f64);
    let mut hidden = 0;
    for (of, known) in summary.iter().zip(known) {
        assert_eq!(of.name, known.name, "numbers are in one order");
        let off = standard_errors(of, known);
        farthest = farthest.max(off.abs());
        if is_shown(&of.name) {
            println!(
                "{:14} {:9.4} {:8.4} {:8.4} {:8.0}   {:10.4} {:9.4} {off:5.1} se",
                of.name, of.mean, of.sd, of.r_hat, of.ess, known.mean, known.sd
            );
        } else {
            hidden += 1;
            least = least.min(of.ess);
            largest = largest.max(of.r_hat);
        }
    }
    if hidden > 0 {
        println!(
            "and {hidden} more, of R-hat {largest:.4} at most and an ESS of {least:.0} at least"
        );
    }
    println!("The farthest mean is {farthest:.1} standard errors off.");
    farthest < 4.0
}

/// How far the mean is off, in units of its standard error.
fn standard_errors(of: &Summary, known: &Known) -> f64 {
    (of.mean - known.mean) / of.error()
}
