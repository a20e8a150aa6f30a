//! A hierarchical model: measurements come in batches, each batch has a level of its own, and the levels are drawn from one
//! distribution. All of it is one graph, in which labels say which measurement is of which batch.
//!
//! The data are the yields of thirty samples of a dyestuff, five of each of six batches (O. L. Davies, Statistical Methods in
//! Research and Production, 1947). What must come out is known in closed form, since every batch has as many samples.
//!
//! ```text
//! cargo run --release --features solvers --example hierarchical
//! ```

use std::error::Error;

use argmin::core::{Executor, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use graph_runtime::solvers::argmin::Argmin;
use graph_runtime::{Objective, check, graph};
use ndarray::Array1;

graph! {
    /// Half of the deviance, minus the logarithm of the likelihood, the levels integrated out. That integral is exact for a normal model: what the
    /// levels at their best leave, and a determinant, into which go the numbers of samples.
    fn loss(level: [k], centre, ln_between, ln_within, const y: [n], const samples: [k], batch: index[n]) -> l {
        between = exp(ln_between);
        within = exp(ln_within);
        data = sum(normal(y, level[batch], within));
        levels = sum(normal(level, centre, between));
        curvature = sum(j in 0..k, ln(samples[j]/within^2 + 1/between^2) - ln(2*PI));
        l = curvature/2 - data - levels;
    }

    /// The logarithm of a normal density.
    fn normal(y, mean, deviation) -> l { l = -((y - mean)/deviation)^2/2 - ln(deviation) - ln(2*PI)/2; }
}

/// The yields in grams, batch by batch.
const YIELDS: [[f64; 5]; 6] = [
    [1545.0, 1440.0, 1440.0, 1520.0, 1580.0],
    [1540.0, 1555.0, 1490.0, 1560.0, 1495.0],
    [1595.0, 1550.0, 1605.0, 1510.0, 1560.0],
    [1445.0, 1440.0, 1595.0, 1465.0, 1545.0],
    [1595.0, 1630.0, 1515.0, 1635.0, 1625.0],
    [1520.0, 1455.0, 1450.0, 1480.0, 1445.0],
];
/// Where the optimiser's zero is, and its unit, so that all parameters are of one size.
const ORIGIN: f64 = 1500.0;
const UNIT: f64 = 50.0;

/// What is estimated, in grams.
struct Estimates {
    levels: Array1<f64>,
    centre: f64,
    between: f64,
    within: f64,
}

/// The estimates of largest likelihood, from the means and variances of the batches.
fn in_closed_form() -> Estimates {
    let (batches, samples) = (YIELDS.len() as f64, YIELDS[0].len() as f64);
    let means: Array1<f64> = YIELDS
        .iter()
        .map(|of| of.iter().sum::<f64>() / samples)
        .collect();
    let centre = means.sum() / batches;
    let squares = |of: &[f64; 5], mean: &f64| of.iter().map(|y| (y - mean).powi(2)).sum::<f64>();
    let inside: f64 = YIELDS
        .iter()
        .zip(&means)
        .map(|(of, mean)| squares(of, mean))
        .sum();
    let within = inside / (batches * (samples - 1.0));
    let between = (&means - centre).pow2().sum() / batches - within / samples;
    let kept = between / (between + within / samples);
    Estimates {
        levels: centre + kept * (&means - centre),
        centre,
        between: between.sqrt(),
        within: within.sqrt(),
    }
}

/// The same from the graph, by its gradient.
fn by_gradient() -> Result<Estimates, Box<dyn Error>> {
    let batch: Vec<usize> = (0..YIELDS.len()).flat_map(|batch| [batch; 5]).collect();
    let y: Array1<f64> = YIELDS
        .iter()
        .flatten()
        .map(|y| (y - ORIGIN) / UNIT)
        .collect();
    let samples = Array1::from_elem(YIELDS.len(), 5.0);
    let start = Array1::zeros(YIELDS.len());
    let problem = loss::Problem::new(&start, 0.0, 0.0, 0.0, &y, &samples, &batch)?;
    let first = problem.pack(&start, 0.0, 0.0, 0.0)?;
    check::objective(&problem, &first).assert();

    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 7).with_tolerance_grad(1e-10)?;
    let run = Executor::new(Argmin::new(&problem), solver)
        .configure(|state| state.param(first).max_iters(200))
        .run()?;
    let state = run.state();
    let best = state.get_best_param().ok_or("no estimates")?;
    let deviance = 2.0 * (problem.value(best) + y.len() as f64 * UNIT.ln());
    println!(
        "{} iterations, the deviance is {deviance:.4}.",
        state.get_iter()
    );
    let (levels, centre, ln_between, ln_within) = problem.unpack(best);
    Ok(Estimates {
        levels: &levels * UNIT + ORIGIN,
        centre: centre * UNIT + ORIGIN,
        between: ln_between.exp() * UNIT,
        within: ln_within.exp() * UNIT,
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let (found, known) = (by_gradient()?, in_closed_form());
    let lines = [
        ("centre", found.centre, known.centre),
        ("between batches", found.between, known.between),
        ("within a batch", found.within, known.within),
    ];
    for (what, found, known) in lines {
        println!("{what:>16}: {found:10.4} g, known {known:10.4} g");
    }
    for (batch, level) in found.levels.iter().enumerate() {
        let mean = YIELDS[batch].iter().sum::<f64>() / 5.0;
        println!(
            "         batch {}: {level:10.4} g, its own mean {mean:6.1} g",
            batch + 1
        );
    }
    let levels = found.levels.iter().zip(&known.levels);
    let levels = levels.map(|(found, known)| (found - known).abs());
    let others = lines.iter().map(|(_, found, known)| (found - known).abs());
    let off = levels.chain(others).fold(0.0, f64::max);
    if off > 1e-5 {
        return Err(format!("the estimates are {off} g off").into());
    }
    Ok(())
}
