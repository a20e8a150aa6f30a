//! Logistic regression on real data: the loss is one graph, and two solvers of argmin find its minimum, one by gradients and
//! one by second derivatives as well.
//!
//! The data are 569 measured cell samples, 30 numbers each, benign or malignant (see the README beside). The minimum that
//! must come out was computed by another program, with Newton's method on the formulas of a textbook.
//!
//! ```text
//! cargo run --release --features solvers --example logistic_regression
//! ```

use std::error::Error;

use argmin::core::{Executor, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use argmin::solver::trustregion::{Steihaug, TrustRegion};
use graph_runtime::solvers::argmin::Argmin;
use graph_runtime::{Objective, check, graph};
use ndarray::{Array1, Array2, Axis};

graph! {
    /// The mean negative logarithm of the likelihood, with a penalty on large weights; `y` is 1 for malignant, else 0.
    #[graph(hessian)]
    fn loss(const x: [n, k], w: [k], b, const y: [n], const decay) -> l {
        score = x @ w + b;
        l = mean(softplus(score) - y*score) + decay/2*sum(w^2);
    }
}

/// How strongly large weights are penalised.
const DECAY: f64 = 0.01;
/// The loss at its minimum and the samples misread there, by Newton's method in numpy; scikit-learn finds the same weights.
const KNOWN: (f64, usize) = (0.099_591_375_484_705_5, 8);

/// The samples, each measurement shifted and scaled to mean 0 and variance 1, and which of them are malignant.
fn data() -> Result<(Array2<f64>, Array1<f64>), Box<dyn Error>> {
    let lines = include_str!("breast_cancer.csv").lines().skip(1);
    let rows: Vec<Vec<f64>> = lines
        .map(|line| line.split(',').map(str::parse).collect())
        .collect::<Result<_, _>>()?;
    let columns = rows.first().map_or(0, Vec::len) - 1;
    let entries = rows.iter().flat_map(|row| row[..columns].iter().copied());
    let x = Array2::from_shape_vec((rows.len(), columns), entries.collect())?;
    let (mean, deviation) = (
        x.mean_axis(Axis(0)).ok_or("no data")?,
        x.std_axis(Axis(0), 0.0),
    );
    let benign = rows.iter().map(|row| row[columns]);
    Ok((
        (x - mean) / deviation,
        benign.map(|benign| 1.0 - benign).collect(),
    ))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (x, y) = data()?;
    let start = Array1::zeros(x.ncols());
    let problem = loss::Problem::new(&x, &start, 0.0, &y, DECAY)?;
    println!("{} samples with {} measurements.", x.nrows(), x.ncols());

    let first = problem.pack(&start, 0.0)?;
    let checked = check::objective(&problem, &first);
    println!("Gradient against differences: {checked}");
    checked.assert();

    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 10).with_tolerance_grad(1e-9)?;
    let run = Executor::new(Argmin::new(&problem), solver)
        .configure(|state| state.param(first.clone()).max_iters(200))
        .run()?;
    let state = run.state();
    let best = state.get_best_param().ok_or("no minimum")?;
    compare("L-BFGS", state.get_iter(), &problem, best, &x, &y)?;

    let solver = TrustRegion::new(Steihaug::new().with_max_iters(100));
    let run = Executor::new(Argmin::new(&problem), solver)
        .configure(|state| state.param(first).max_iters(20))
        .run()?;
    let state = run.state();
    let best = state.get_best_param().ok_or("no minimum")?;
    compare("Trust region", state.get_iter(), &problem, best, &x, &y)
}

/// Prints what a solver has found, and fails unless it is the known minimum.
fn compare(
    solver: &str,
    iterations: u64,
    problem: &loss::Problem<'_>,
    found: &[f64],
    x: &Array2<f64>,
    y: &Array1<f64>,
) -> Result<(), Box<dyn Error>> {
    let (w, b) = problem.unpack(found);
    let scores = x.dot(&w) + b;
    let misread = |(score, y): &(&f64, &f64)| (**score > 0.0) != (**y > 0.5);
    let missed = scores.iter().zip(y).filter(misread).count();
    let value = problem.value(found);
    println!("{solver}: {iterations} iterations, loss {value:.15}, {missed} samples misread.");
    println!(
        "  known is a loss of {:.15}, and {} samples misread.",
        KNOWN.0, KNOWN.1
    );
    if (value - KNOWN.0).abs() > 1e-12 || missed != KNOWN.1 {
        return Err("this is not the known minimum".into());
    }
    Ok(())
}
