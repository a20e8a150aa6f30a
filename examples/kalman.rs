//! Where something is that is seen with noise, and how much of either to believe: Kalman's filter, learnt by gradients.
//!
//! Something moves, its speed changing by chance, and its position is measured, badly. How strong the pushes are and how bad the
//! measurements are is not known. The filter says how likely the measurements are under any two such numbers; the gradient of that
//! runs back through all of its steps, and Adam climbs it. With what is found, the filter halves the errors of the measurements.

use graph_runtime::ndarray::{Array1, Array2};
use graph_runtime::optim::Adam;
use graph_runtime::{ShapeError, graph};

graph! {
    fn normal(x, mean, variance) -> l { l = -ln(2*PI*variance)/2 - (x - mean)^2/variance/2; }

    /// One step: what is thought of position and speed once `seen` has been measured, and how likely that was.
    fn filtered(x: [2], p: [2, 2], seen, push, noise) -> (next: [2], spread: [2, 2], l) {
        step = [[1, 1], [0, 1]];
        ahead = step @ x;
        wider = step @ p @ step.T + push*[[1/3, 1/2], [1/2, 1]];
        variance = wider[0, 0] + noise;
        gain = wider[.., 0]/variance;
        next = ahead + gain*(seen - ahead[0]);
        spread = wider - outer(gain, wider[0]);
        l = normal(seen, ahead[0], variance);
    }

    /// The log likelihood, by the logarithms of both variances.
    fn likelihood(log_push, log_noise, const seen: [n]) -> total {
        (_, _, total) = fold((x, p, total) = ([seen[0], 0], [[10, 0], [0, 10]], 0), k in 1..n,
            (next, spread, l) = filtered(x, p, seen[k], exp(log_push), exp(log_noise));
            (next, spread, total + l));
    }

    /// Position and speed after each measurement.
    fn path(log_push, log_noise, seen: [n]) -> states: [n - 1, 2] {
        (states, _) = scan((x, p) = ([seen[0], 0], [[10, 0], [0, 10]]), k in 1..n,
            (next, spread, _) = filtered(x, p, seen[k], exp(log_push), exp(log_noise));
            (next, spread));
    }
}

const PUSH: f64 = 0.01;
const NOISE: f64 = 4.0;

/// Positions, and what is measured of them.
fn simulated(steps: usize) -> (Array1<f64>, Array1<f64>) {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    // Twelve uniform numbers add up to one that is nearly normal.
    let mut draw = || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
    let (mut position, mut speed) = (0.0, 0.0);
    let (mut positions, mut seen) = (Vec::new(), Vec::new());
    for _ in 0..steps {
        speed += PUSH.sqrt() * draw();
        position += speed;
        positions.push(position);
        seen.push(position + NOISE.sqrt() * draw());
    }
    (positions.into(), seen.into())
}

/// The root of the mean square of what lies between two paths.
fn error(path: &Array1<f64>, positions: &Array1<f64>) -> f64 {
    (path - positions)
        .mapv(|off| off * off)
        .mean()
        .expect("a path has steps")
        .sqrt()
}

fn main() -> Result<(), ShapeError> {
    let (positions, seen) = simulated(500);
    let (mut at, mut adam) = ([0.0, 0.0], Adam::new(0.1));
    println!(
        "{:>5} {:>14} {:>8} {:>8}",
        "step", "log likelihood", "push", "noise"
    );
    for step in 0..=200 {
        let (total, d) = likelihood::value_and_grad(at[0], at[1], &seen)?;
        if step % 40 == 0 {
            println!(
                "{step:>5} {total:>14.3} {:>8.4} {:>8.4}",
                at[0].exp(),
                at[1].exp()
            );
        }
        adam.step(&mut at, &[-d.log_push, -d.log_noise]);
    }
    println!("   in truth            {PUSH:>8.4} {NOISE:>8.4}");
    let states: Array2<f64> = path(at[0], at[1], &seen)?;
    let rest = graph_runtime::ndarray::s![1..];
    let (positions, seen) = (
        positions.slice(rest).to_owned(),
        seen.slice(rest).to_owned(),
    );
    let (measured, filtered) = (
        error(&seen, &positions),
        error(&states.column(0).to_owned(), &positions),
    );
    println!("the measurements are off by {measured:.3}, the filter by {filtered:.3}");
    assert!(filtered < 0.6 * measured);
    Ok(())
}
