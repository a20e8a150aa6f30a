//! All chains of a density, one a thread, and their draws by name.
//!
//! Invariant: a chain depends on the seed and its own number alone, so that the draws are the same however threads run.

use std::panic::resume_unwind;
use std::thread;

use ::nuts_rs::rand::{SeedableRng, rngs::ChaCha8Rng};
use ::nuts_rs::{Chain, CpuMath, Progress, Settings};
use anyhow::{Context, Error};

use super::{Posterior, Summary, near};
use crate::{Density, Record};

/// How often a chain looks for a place near the start where the density is finite, as nuts-rs itself does.
const STARTS: usize = 500;

/// What was drawn: the inputs of a density, which live in their domains.
#[derive(Clone, Debug, PartialEq)]
pub struct Draws {
    /// The name of each number: `mu`, `theta[3]`, `a[1, 2]`.
    pub names: Vec<String>,
    /// Each number, by chain, draw and position among the names.
    pub values: Vec<Vec<Vec<f64>>>,
    /// How many draws of each chain diverged. Where that is not rare, the draws do not stand for the density: write it with other
    /// parameters, or ask for smaller steps.
    pub divergences: Vec<usize>,
}

impl Draws {
    /// The draws of one number by its name, a vector per chain.
    ///
    /// # Panics
    /// Where there is no such name.
    #[track_caller]
    pub fn of(&self, name: &str) -> Vec<Vec<f64>> {
        match self.names.iter().position(|own| own == name) {
            Some(at) => self.at(at),
            None => panic!("there is no `{name}` among {:?}", self.names),
        }
    }

    /// Each number with its mean, its standard deviation, and how far these can be trusted.
    pub fn summary(&self) -> Vec<Summary> {
        let names = self.names.iter().enumerate();
        names
            .map(|(at, name)| Summary::new(name.clone(), &self.at(at)))
            .collect()
    }

    fn at(&self, at: usize) -> Vec<Vec<f64>> {
        let chain = |chain: &Vec<Vec<f64>>| chain.iter().map(|draw| draw[at]).collect();
        self.values.iter().map(chain).collect()
    }
}

/// Draws from a density, which may borrow its data: as many chains as the settings say, each on a thread of its own.
///
/// The settings are nuts-rs's: `DiagNutsSettings`, or `LowRankNutsSettings` where parameters are correlated, with the numbers of chains,
/// of draws and of those before them in which the sampler is tuned, and with the seed, by which all is determined. A chain starts within
/// 1 of [`Density::start`] in each free number.
///
/// ```
/// use graph_runtime::ndarray::array;
/// use graph_runtime::{graph, solvers::nuts_rs::sample};
/// use nuts_rs::DiagNutsSettings;
///
/// graph! {
///     fn model(const y: [n], mu, sigma > 0) -> lp {
///         lp = sum(y ~ normal(mu, sigma)) + (mu ~ normal(0, 10)) + (sigma ~ exponential(1));
///     }
/// }
///
/// let y = array![1.0, 2.0, 4.0, 5.0];
/// let density = model::LogDensity::new(&y, 0.0, 1.0)?;
/// let settings = DiagNutsSettings { num_chains: 4, num_draws: 1000, seed: 1, ..Default::default() };
/// let draws = sample(&density, settings)?;
/// assert_eq!(draws.names, ["mu", "sigma"]);
/// assert_eq!((draws.values.len(), draws.values[0].len()), (4, 1000));
/// for of in draws.summary() {
///     assert!(of.r_hat < 1.01 && of.ess > 400.0, "{of:?}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the settings make no sense, or no place near the start has a finite density and gradient.
///
/// # Panics
/// Where a thread cannot be started.
pub fn sample<D: Density<f64> + Sync + ?Sized>(
    density: &D,
    settings: impl Settings,
) -> Result<Draws, Error> {
    sample_watched(density, settings, |_| {})
}

/// The same, and tells of each draw as soon as it is there, on the chain's own thread: for a progress bar.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// use graph_runtime::{graph, solvers::nuts_rs::sample_watched};
/// use nuts_rs::DiagNutsSettings;
///
/// graph! { fn model(x > 0) -> lp { lp = x ~ gamma(3, 2); } }
///
/// let seen = AtomicUsize::new(0);
/// let settings = DiagNutsSettings { num_chains: 2, num_tune: 300, num_draws: 100, ..Default::default() };
/// sample_watched(&model::LogDensity::new(1.0), settings, |draw| {
///     assert!(draw.chain < 2);
///     seen.fetch_add(1, Ordering::Relaxed);
/// })?;
/// assert_eq!(seen.into_inner(), 2 * 400);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`sample`].
///
/// # Panics
/// As [`sample`].
pub fn sample_watched<D: Density<f64> + Sync + ?Sized>(
    density: &D,
    settings: impl Settings,
    watch: impl Fn(&Progress) + Sync,
) -> Result<Draws, Error> {
    let watch = &watch;
    let chains: Result<Vec<_>, Error> = thread::scope(|scope| {
        let chains = (0..settings.num_chains() as u64)
            .map(|chain| scope.spawn(move || run(density, settings, chain, watch)));
        // All are started before the first is waited for.
        let chains: Vec<_> = chains.collect();
        let chains = chains.into_iter().map(thread::ScopedJoinHandle::join);
        chains
            .map(|chain| chain.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    let (values, divergences) = chains?.into_iter().unzip();
    Ok(Draws {
        names: names(&density.constrain(density.start())),
        values,
        divergences,
    })
}

/// The draws of one chain, and how many of them diverged.
fn run<D: Density<f64> + ?Sized>(
    density: &D,
    settings: impl Settings,
    chain: u64,
    watch: &impl Fn(&Progress),
) -> Result<(Vec<Vec<f64>>, usize), Error> {
    let mut rng = ChaCha8Rng::seed_from_u64(settings.seed());
    rng.set_stream(chain + 1);
    let math = CpuMath::new(Posterior::new(density));
    let mut sampler = settings.new_chain(chain, math, &mut rng)?;
    let mut place = vec![0.0; density.parameters()];
    let mut start = || {
        near(density.start(), &mut rng, &mut place);
        sampler.set_position(&place)
    };
    let mut started = start();
    for _ in 1..STARTS {
        if started.is_ok() {
            break;
        }
        started = start();
    }
    started.context("no place near the start has a finite log density and gradient")?;
    for _ in 0..settings.hint_num_tune() {
        let (_, progress) = sampler.draw()?;
        watch(&progress);
    }
    let (mut draws, mut diverged) = (Vec::new(), 0);
    for _ in 0..settings.hint_num_draws() {
        let (u, progress) = sampler.draw()?;
        watch(&progress);
        draws.push(density.constrain(&u).to_vec());
        diverged += usize::from(progress.diverging);
    }
    Ok((draws, diverged))
}

/// The name of each number, in the order of [`Record::to_vec`].
fn names(inputs: &impl Record<f64>) -> Vec<String> {
    let inputs = inputs.iter().filter(|input| !input.constant);
    let names = inputs.flat_map(|input| {
        let count = input.shape.iter().product();
        (0..count).map(move |at| entry(&input.name, &input.shape, at))
    });
    names.collect()
}

/// An entry's name, by its place row by row.
fn entry(name: &str, shape: &[usize], at: usize) -> String {
    let (mut rest, mut places) = (at, Vec::new());
    for extent in shape.iter().rev() {
        places.insert(0, (rest % extent).to_string());
        rest /= extent;
    }
    match places.is_empty() {
        true => name.to_owned(),
        false => format!("{name}[{}]", places.join(", ")),
    }
}
