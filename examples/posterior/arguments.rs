//! The command line. What it hands on is in range: at least one chain, and enough draws for measures of convergence.

use std::path::PathBuf;

use clap::{Parser, value_parser};

/// Samples two posteriors, and holds the means against values that were computed without a sampler.
#[derive(Parser)]
#[command(name = "posterior")]
pub(crate) struct Arguments {
    /// How many chains to run, each on a thread of its own
    #[arg(long, value_name = "N", default_value = "4", value_parser = chains)]
    pub(crate) chains: usize,

    /// How many draws of a chain tune the sampler, and are not kept
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = value_parser!(u64).range(100..=1_000_000))]
    pub(crate) tune: u64,

    /// How many draws of a chain are kept
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = value_parser!(u64).range(100..=1_000_000))]
    pub(crate) draws: u64,

    /// Fixes all draws
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Prints the levels of all counties
    #[arg(long)]
    pub(crate) all: bool,

    /// Where to draw the traces [default: posterior/traces.svg in Cargo's target folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) picture: Option<PathBuf>,
}

fn chains(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(chains) if (1..=64).contains(&chains) => Ok(chains),
        _ => Err("it must be a number from 1 to 64".to_owned()),
    }
}
