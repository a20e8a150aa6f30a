//! The command line. What it hands on is in range.

use std::path::PathBuf;

use clap::{Parser, value_parser};

/// Trains a recurrent network to write like a text, by gradients that `graph!` derives at compile time.
#[derive(Parser, PartialEq)]
#[command(name = "character_model")]
pub(crate) struct Arguments {
    /// A text of yours, in UTF-8 [default: pages of the guide of `graph!`]
    #[arg(long, value_name = "FILE")]
    pub(crate) text: Option<PathBuf>,

    /// How many times to read the text
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = value_parser!(u32).range(1..=100_000))]
    pub(crate) passes: u32,

    /// How many numbers the network remembers a text by
    #[arg(long, value_name = "N", default_value_t = 96, value_parser = value_parser!(u16).range(1..=4096))]
    pub(crate) memory: u16,

    /// How many characters a gradient goes back
    #[arg(long, value_name = "N", default_value_t = 48, value_parser = value_parser!(u16).range(1..=4096))]
    pub(crate) window: u16,

    /// In how many places the text is read at a time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = value_parser!(u16).range(1..=4096))]
    pub(crate) places: u16,

    /// The largest step of Adam
    #[arg(long, value_name = "RATE", default_value_t = 0.01, allow_negative_numbers = true, value_parser = learning_rate)]
    pub(crate) rate: f32,

    /// How many characters to write in the end
    #[arg(long, value_name = "N", default_value_t = 400)]
    pub(crate) write: usize,

    /// Fixes the first weights and what is written
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub(crate) seed: u64,
}

fn learning_rate(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("it must be a finite number above 0".to_owned()),
    }
}
