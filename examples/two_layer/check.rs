//! Is the gradient right, and what does it save? Compares backpropagation with central differences,
//! (loss(p + h) - loss(p - h)) / 2h for one entry p of a parameter, which know nothing of the chain rule.

use std::{cmp, error::Error, hint::black_box, time::Instant};

use graph_runtime::{Record, ShapeError};
use ndarray::{Array2, s};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::index};

use crate::{BATCH, Network, data::Digits, loss};

/// How many images the check looks at.
const IMAGES: usize = 8;
/// How many entries of each parameter it tries, at most.
const ENTRIES: usize = 50;
/// The step h. In `f64` both the rounding of the quotient, about 1e-16 / h, and its truncation, about h², are then far
/// below the limit.
const STEP: f64 = 1e-4;
/// What the largest relative error has to stay below.
const LIMIT: f64 = 1e-6;

/// Prints how well the gradient at `net` agrees with central differences, and how much faster it is.
/// Poor agreement is an error.
pub(crate) fn run(net: &Network<f32>, digits: &Digits, seed: u64) -> Result<(), Box<dyn Error>> {
    let entries: Vec<f64> = net.into_iter().copied().map(f64::from).collect();
    let mut net = Network::zeros();
    net.assign(&entries);
    let error = largest_error(&mut net, digits, seed)?;
    // Written so that a NaN fails as well.
    let right = error < LIMIT;
    if !right {
        return Err(format!(
            "the gradient is off by {error:.1e} of its size, where less than {LIMIT:e} is allowed"
        )
        .into());
    }
    print_speed(&net, digits)?;
    Ok(())
}

/// The largest relative error of the gradient, over entries picked at random from every parameter.
fn largest_error(net: &mut Network<f64>, digits: &Digits, seed: u64) -> Result<f64, ShapeError> {
    let (images, labels) = first(digits, IMAGES);
    let (_, gradient) = loss::value_and_grad(&*net, &images, labels)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut largest_error = 0.0;

    let count = labels.len();
    println!("Gradient against central differences (f64, {count} images, h = {STEP:e}):");
    // How many entries the parameters before have.
    let mut before = 0;
    for exact in gradient.net.iter() {
        // Relative to the parameter's largest entry: a single one may well be zero, at a pixel without ink.
        let size = exact
            .entries
            .iter()
            .fold(f64::MIN_POSITIVE, |size, entry| size.max(entry.abs()));
        let all = exact.entries.len();
        let picked = index::sample(&mut rng, all, ENTRIES.min(all));
        let mut error = 0.0;
        for at in picked.iter() {
            let estimate = central_difference(net, before + at, &images, labels)?;
            // By the total order, in which a NaN is above every number.
            error = cmp::max_by(
                error,
                (estimate - exact.entries[at]).abs() / size,
                f64::total_cmp,
            );
        }
        println!(
            "  {}: {error:.1e} at most, in {} of {} entries",
            exact.name,
            picked.len(),
            grouped(all)
        );
        before += all;
        largest_error = cmp::max_by(largest_error, error, f64::total_cmp);
    }
    println!("  largest relative error: {largest_error:.1e} (the limit is {LIMIT:e})");
    Ok(largest_error)
}

/// The slope of the loss along one entry of the network.
fn central_difference(
    net: &mut Network<f64>,
    at: usize,
    images: &Array2<f64>,
    labels: &[usize],
) -> Result<f64, ShapeError> {
    let middle = *entry(net, at);
    *entry(net, at) = middle + STEP;
    let above = loss(&*net, images, labels)?;
    *entry(net, at) = middle - STEP;
    let below = loss(&*net, images, labels)?;
    *entry(net, at) = middle;
    Ok((above - below) / (2.0 * STEP))
}

fn entry(net: &mut Network<f64>, at: usize) -> &mut f64 {
    net.into_iter()
        .nth(at)
        .expect("entries are picked from those there are")
}

/// Measures one batch, and prints how many times as long the gradient would take by central differences, which need
/// two values an entry.
fn print_speed(net: &Network<f64>, digits: &Digits) -> Result<(), ShapeError> {
    let (images, labels) = first(digits, BATCH);
    let value = seconds(|| loss(net, &images, labels))?;
    let backpropagation = seconds(|| loss::value_and_grad(net, &images, labels))?;
    let entries = net.count();
    let differences = 2.0 * entries as f64 * value;
    println!(
        "Backpropagation is {} times faster than central differences would be:",
        grouped((differences / backpropagation).round() as usize)
    );
    println!(
        "  measured in f64 on {} images: value and gradient {:.2} ms, the value alone {:.2} ms;",
        labels.len(),
        1e3 * backpropagation,
        1e3 * value
    );
    println!(
        "  central differences need the value 2 × {} times: {differences:.1} s.",
        grouped(entries)
    );
    Ok(())
}

/// The shortest of several runs, since whatever else the machine does can only add to the time.
fn seconds<R>(mut work: impl FnMut() -> Result<R, ShapeError>) -> Result<f64, ShapeError> {
    let mut shortest = f64::INFINITY;
    for _ in 0..20 {
        let start = Instant::now();
        black_box(work()?);
        shortest = shortest.min(start.elapsed().as_secs_f64());
    }
    Ok(shortest)
}

/// The first digits, or all if there are fewer.
fn first(digits: &Digits, count: usize) -> (Array2<f64>, &[usize]) {
    let count = count.min(digits.len());
    (
        digits.images.slice(s![..count, ..]).mapv(f64::from),
        &digits.labels[..count],
    )
}

/// A count with its thousands apart: 39,760.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(",")
}
