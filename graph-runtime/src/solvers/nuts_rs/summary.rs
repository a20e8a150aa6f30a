//! How far draws of several chains can be trusted: R̂ and the effective sample size.
//!
//! Both are those of A. Vehtari, A. Gelman, D. Simpson, B. Carpenter and P.-C. Bürkner, "Rank-normalization, folding, and localization:
//! an improved R̂ for assessing convergence of MCMC", Bayesian Analysis 16 (2021). Invariant: what cannot be said, since there are fewer
//! than four draws a chain, all are equal, or one is NaN, is NaN.

use core::f64::consts::TAU;

use crate::Real;

/// A number of the draws, summed up.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// The mean of all draws.
    pub mean: f64,
    /// Their standard deviation.
    pub sd: f64,
    /// [`r_hat`]: below 1.01 where the chains agree.
    pub r_hat: f64,
    /// [`bulk_ess`]: as many independent draws would tell as much of the middle of the distribution.
    pub ess: f64,
}

impl Summary {
    /// Of all draws of a number, a vector per chain.
    pub fn new(name: String, chains: &[Vec<f64>]) -> Summary {
        let all = chains.concat();
        Summary {
            name,
            mean: mean(&all),
            sd: variance(&all).sqrt(),
            r_hat: r_hat(chains),
            ess: bulk_ess(chains),
        }
    }

    /// The standard error of the mean.
    pub fn error(&self) -> f64 {
        self.sd / self.ess.sqrt()
    }
}

/// R̂: how much more the draws of all chains vary than those of each, by which chains that do not agree are found.
///
/// It is the larger of two, that of the ranks of the draws, which finds chains at different places, and that of the ranks of their
/// distances from the median, which finds chains of different widths; each chain is split into halves, so that one that drifts disagrees
/// with itself.
///
/// ```
/// use graph_runtime::solvers::nuts_rs::r_hat;
///
/// let one: Vec<f64> = (0..100).map(|at| f64::from(at * 37 % 100)).collect();
/// let far = one.iter().map(|draw| draw + 200.0).collect();
/// assert!(r_hat(&[one.clone(), one.clone()]) < 1.01);
/// assert!(r_hat(&[one, far]) > 1.5);
/// ```
#[must_use]
pub fn r_hat(chains: &[Vec<f64>]) -> f64 {
    let halves = halves(chains);
    let centre = median(&halves);
    let distances = each(&halves, |draw| (draw - centre).abs());
    let [middle, tails] = [halves, distances].map(|draws| {
        let spread = Spread::of(&normal_scores(&draws));
        (spread.overall / spread.within).sqrt()
    });
    // NaN stays NaN.
    if middle > tails || middle.is_nan() {
        middle
    } else {
        tails
    }
}

/// The effective sample size of the bulk: so many independent draws would tell as much of the middle of the distribution.
///
/// It is that of the ranks of the draws, as normal scores, of chains that are split into halves. The sum of the correlations ends as
/// Geyer's initial monotone sequence does.
///
/// ```
/// use graph_runtime::solvers::nuts_rs::bulk_ess;
///
/// let scattered: Vec<f64> = (0..1000).map(|at| f64::from(at * 617 % 1000)).collect();
/// let wave: Vec<f64> = (0..1000).map(|at| (f64::from(at) / 20.0).sin()).collect();
/// assert!(bulk_ess(&[scattered]) > 500.0);
/// assert!(bulk_ess(&[wave]) < 50.0);
/// ```
#[must_use]
pub fn bulk_ess(chains: &[Vec<f64>]) -> f64 {
    ess(&normal_scores(&halves(chains)))
}

/// Each chain as two, without the draw in the middle of an odd number.
fn halves(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let shortest = chains.iter().map(Vec::len).min().unwrap_or(0);
    let half = shortest / 2;
    let both = |chain: &Vec<f64>| {
        [
            chain[..half].to_vec(),
            chain[shortest - half..shortest].to_vec(),
        ]
    };
    chains.iter().flat_map(both).collect()
}

/// Each draw as the quantile of the normal distribution that belongs to its rank among all: equal ones have the mean of their ranks.
fn normal_scores(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut sorted = chains.concat();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len() as f64;
    each(chains, |draw| {
        if draw.is_nan() {
            return draw;
        }
        let (first, behind) = (
            sorted.partition_point(|other| *other < draw),
            sorted.partition_point(|other| *other <= draw),
        );
        let rank = (first + behind + 1) as f64 / 2.0;
        normal_quantile((rank - 0.375) / (count + 0.25))
    })
}

/// The quantile of the standard normal distribution: formula 26.2.23 of Abramowitz and Stegun, and two steps of Halley's method.
fn normal_quantile(p: f64) -> f64 {
    let tail = p.min(1.0 - p);
    let t = (-2.0 * tail.ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut x = above / below - t;
    for _ in 0..2 {
        let off = (x.normal_cdf() - tail) * TAU.sqrt() * (x * x / 2.0).exp();
        x -= off / (1.0 + x * off / 2.0);
    }
    if p < 0.5 { x } else { -x }
}

/// Of chains of one length, the variance within them, and that of all draws as far as the chains agree.
struct Spread {
    within: f64,
    overall: f64,
}

impl Spread {
    fn of(chains: &[Vec<f64>]) -> Spread {
        let draws = chains.first().map_or(0, Vec::len);
        if draws < 2 {
            return Spread {
                within: f64::NAN,
                overall: f64::NAN,
            };
        }
        let own =
            |of: fn(&[f64]) -> f64| -> Vec<f64> { chains.iter().map(|chain| of(chain)).collect() };
        let within = mean(&own(variance));
        let share = 1.0 - 1.0 / draws as f64;
        Spread {
            within,
            overall: share * within + variance(&own(mean)),
        }
    }
}

/// The effective sample size of chains of one length.
fn ess(chains: &[Vec<f64>]) -> f64 {
    let spread = Spread::of(chains);
    let draws = chains.first().map_or(0, Vec::len);
    let means: Vec<f64> = chains.iter().map(|chain| mean(chain)).collect();
    // The correlation of draws so many turns apart, over all chains.
    let correlation = |lag: usize| {
        let covariances = chains.iter().zip(&means).map(|(chain, mean)| {
            let both = chain.iter().zip(&chain[lag..]);
            both.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / draws as f64
        });
        let covariance = covariances.sum::<f64>() / chains.len() as f64;
        1.0 - (spread.within - covariance) / spread.overall
    };
    let (mut time, mut least) = (-1.0, f64::INFINITY);
    for lag in (0..draws.saturating_sub(2)).step_by(2) {
        let even = if lag == 0 { 1.0 } else { correlation(lag) };
        let pair = even + correlation(lag + 1);
        // Of the first pair that is left out the half counts; those at the end of a chain are of too few draws.
        if pair < 0.0 || lag + 4 >= draws {
            time += even.max(0.0);
            break;
        }
        least = least.min(pair);
        time += 2.0 * least;
    }
    let count = (draws * chains.len()) as f64;
    match spread.overall > 0.0 {
        true => count / time.max(1.0 / count.log10()),
        false => f64::NAN,
    }
}

fn each(chains: &[Vec<f64>], of: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    let chain = |chain: &Vec<f64>| chain.iter().map(|draw| of(*draw)).collect();
    chains.iter().map(chain).collect()
}

fn mean(draws: &[f64]) -> f64 {
    draws.iter().sum::<f64>() / draws.len() as f64
}

/// That of a sample, which is divided by one less than there are draws.
fn variance(draws: &[f64]) -> f64 {
    let mean = mean(draws);
    let squares = draws.iter().map(|draw| (draw - mean).powi(2));
    squares.sum::<f64>() / (draws.len() as f64 - 1.0)
}

fn median(chains: &[Vec<f64>]) -> f64 {
    let mut sorted = chains.concat();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len();
    match count {
        0 => f64::NAN,
        _ => (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests;
