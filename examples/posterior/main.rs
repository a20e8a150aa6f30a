//! Two posteriors sampled by the No-U-Turn sampler of the crate nuts-rs, with gradients from one `graph!`: the effects of coaching in
//! eight schools (D. B. Rubin, 1981), and radon in the houses of 85 counties (P. N. Price, A. V. Nero and A. Gelman, 1996).
//!
//! The models are in this file; `arguments` and `progress` are the command line and the progress bar, `data` reads what was measured and
//! what must come out, `table` prints what was drawn and holds it against that, and `traces` draws the picture. What must come out
//! was computed without a sampler: see `examples/data/posterior/reference.py`.
//!
//! ```text
//! cargo run --release --features solvers --example posterior
//! cargo run --release --features solvers --example posterior -- --draws 4000 --seed 7
//! cargo run --release --features solvers --example posterior -- --help
//! ```

mod arguments;
mod data;
mod progress;
mod table;
mod traces;

use std::{error::Error, process::ExitCode, time::Instant};

use clap::Parser;
use graph_runtime::solvers::nuts_rs::{Draws, sample_watched};
use graph_runtime::{Density, graph};
use ndarray::Array1;
use nuts_rs::DiagNutsSettings;

use arguments::Arguments;
use data::{EightSchools, Radon};
use progress::Progress;

graph! {
    /// Effects `mu + tau*theta_trans` of coaching, of which each school measured its own with a known error.
    ///
    /// What is sampled are effects in units of their own spread: where `tau` is small, the effects themselves would have no room.
    fn eight_schools(theta_trans: [j], mu, tau > 0, const y: [j], const sigma: [j]) -> lp {
        theta = mu + tau*theta_trans;
        lp = sum(y ~ normal(theta, sigma)) + sum(theta_trans ~ normal(0, 1)) + (mu ~ normal(0, 5)) + (tau ~ cauchy(0, 5));
    }

    /// The logarithm of the radon in a house: by the level of its county, the uranium in the soil, and the floor of the measurement.
    fn radon(
        alpha: [counties], beta: [2], mu_alpha, sigma_alpha > 0, sigma_y > 0,
        county: index[n], const log_uppm: [n], const floor: [n], const log_radon: [n],
    ) -> lp {
        mean = alpha[county] + beta[0]*log_uppm + beta[1]*floor;
        lp = sum(log_radon ~ normal(mean, sigma_y)) + sum(alpha ~ normal(mu_alpha, sigma_alpha)) + sum(beta ~ normal(0, 10))
            + (mu_alpha ~ normal(0, 10)) + (sigma_alpha ~ normal(0, 1)) + (sigma_y ~ normal(0, 1));
    }
}

/// Draws from a posterior, and says how long it took.
fn draw<D: Density<f64> + Sync>(
    title: &str,
    density: &D,
    arguments: &Arguments,
) -> Result<Draws, Box<dyn Error>> {
    let mut settings = DiagNutsSettings {
        num_chains: arguments.chains,
        num_tune: arguments.tune,
        num_draws: arguments.draws,
        seed: arguments.seed,
        ..Default::default()
    };
    // Smaller steps than by default: the spread of the schools has a narrow end.
    settings.adapt_options.step_size_settings.target_accept = 0.9;
    let each = arguments.tune + arguments.draws;
    let progress = Progress::new(title, each * arguments.chains as u64);
    let start = Instant::now();
    let draws = sample_watched(density, settings, |draw| progress.draw(draw))?;
    drop(progress);
    println!(
        "{title}: {} chains of {} draws of {} numbers in {:.1} s, {} of them divergent.",
        arguments.chains,
        arguments.draws,
        draws.names.len(),
        start.elapsed().as_secs_f64(),
        draws.divergences.iter().sum::<usize>()
    );
    Ok(draws)
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let EightSchools { y, sigma } = EightSchools::read()?;
    let density = eight_schools::LogDensity::new(&Array1::zeros(y.len()), 0.0, 1.0, &y, &sigma)?;
    let schools = draw("Eight schools", &density, arguments)?;
    let agrees = table::print(&schools, &data::known("eight_schools")?, |_| true);

    let houses = Radon::read()?;
    let levels = Array1::zeros(houses.counties());
    let density = radon::LogDensity::new(
        &levels,
        &Array1::zeros(2),
        0.0,
        1.0,
        1.0,
        &houses.county,
        &houses.log_uppm,
        &houses.floor,
        &houses.log_radon,
    )?;
    println!();
    let radon = draw("Radon", &density, arguments)?;
    let is_shown = |name: &str| arguments.all || !name.starts_with("alpha[");
    let agrees = table::print(&radon, &data::known("radon")?, is_shown) && agrees;

    let shown = [
        (&schools, "mu"),
        (&schools, "tau"),
        (&radon, "mu_alpha"),
        (&radon, "sigma_alpha"),
    ];
    let picture = traces::write(&shown, arguments)?;
    println!("Traces: {}", picture.display());
    if !agrees {
        return Err("a mean is more than four standard errors off".into());
    }
    Ok(())
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
