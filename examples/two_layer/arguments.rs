//! The command line. What it hands on is in range: at least one epoch, a finite learning rate above zero.

use std::path::PathBuf;

use clap::{Parser, value_parser};

const FILES: &str = "\
The folder for --data holds files in MNIST's IDX format, gzipped (.gz) or not:
  train-images-idx3-ubyte  train-labels-idx1-ubyte
  t10k-images-idx3-ubyte   t10k-labels-idx1-ubyte   (or test-… for t10k-…)";

/// Trains a 784-50-10 network on handwritten digits, by gradients that `graph!` derives at compile time.
#[derive(Parser)]
#[command(name = "two_layer", after_help = FILES)]
pub(crate) struct Arguments {
    /// How many times to go through the training images
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = value_parser!(u32).range(1..=10_000))]
    pub(crate) epochs: u32,

    /// How far a step goes against the gradient
    #[arg(long, value_name = "RATE", default_value_t = 1.0, allow_negative_numbers = true, value_parser = learning_rate)]
    pub(crate) learning_rate: f32,

    /// Fixes the first weights and the order of the images
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub(crate) seed: u64,

    /// Keeps the trained network in a file, which Python's safetensors reads too
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,

    /// Goes on with a network that --save has kept
    #[arg(long, value_name = "FILE")]
    pub(crate) load: Option<PathBuf>,

    /// A folder with your own digits [default: the 10,000 that come with the project]
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data"), hide_default_value = true)]
    pub(crate) data: PathBuf,
}

fn learning_rate(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("it must be a finite number above 0".to_owned()),
    }
}
