//! Is the gradient right, and what does it save? Compares backpropagation with central differences,
//! (loss(p + h) - loss(p - h)) / 2h for one entry p of a parameter, which know nothing of the chain rule.

use std::{cmp, error::Error, hint::black_box, time::Instant};

use graph_runtime::ShapeError;
use ndarray::{Array2, ArrayViewMutD, s};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::index};

use crate::{BATCH, Parameters, data::Digits, network};

/// How many images the check looks at.
const IMAGES: usize = 8;
/// How many entries of each parameter it tries, at most.
const ENTRIES: usize = 50;
/// The step h. In `f64` both the rounding of the quotient, about 1e-16 / h, and its truncation, about h², are then far
/// below the limit.
const STEP: f64 = 1e-4;
/// What the largest relative error has to stay below.
const LIMIT: f64 = 1e-6;

/// Prints how well the gradient at `parameters` agrees with central differences, and how much faster it is.
/// Poor agreement is an error.
pub(crate) fn run(
    parameters: &Parameters<f32>,
    digits: &Digits,
    seed: u64,
) -> Result<(), Box<dyn Error>> {
    let mut parameters = Parameters {
        w1: parameters.w1.mapv(f64::from),
        b1: parameters.b1.mapv(f64::from),
        w2: parameters.w2.mapv(f64::from),
        b2: parameters.b2.mapv(f64::from),
    };
    let error = largest_error(&mut parameters, digits, seed)?;
    // Written so that a NaN fails as well.
    let right = error < LIMIT;
    if !right {
        return Err(format!(
            "the gradient is off by {error:.1e} of its size, where less than {LIMIT:e} is allowed"
        )
        .into());
    }
    print_speed(&mut parameters, digits)?;
    Ok(())
}

/// The largest relative error of the gradient, over entries picked at random from every parameter.
fn largest_error(
    parameters: &mut Parameters<f64>,
    digits: &Digits,
    seed: u64,
) -> Result<f64, ShapeError> {
    let (images, labels) = first(digits, IMAGES);
    let mut gradient = parameters.gradient(&images, labels)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut largest_error = 0.0;

    let count = labels.len();
    println!("Gradient against central differences (f64, {count} images, h = {STEP:e}):");
    for (which, name) in ["w1", "b1", "w2", "b2"].into_iter().enumerate() {
        let exact: Vec<f64> = gradient.views()[which].iter().copied().collect();
        // Relative to the parameter's largest entry: a single one may well be zero, at a pixel without ink.
        let size = exact
            .iter()
            .fold(f64::MIN_POSITIVE, |size, entry| size.max(entry.abs()));
        let picked = index::sample(&mut rng, exact.len(), ENTRIES.min(exact.len()));
        let mut error = 0.0;
        for entry in picked.iter() {
            let estimate = parameters.central_difference(which, entry, &images, labels)?;
            // By the total order, in which a NaN is above every number.
            error = cmp::max_by(
                error,
                (estimate - exact[entry]).abs() / size,
                f64::total_cmp,
            );
        }
        println!(
            "  {name}: {error:.1e} at most, in {} of {} entries",
            picked.len(),
            grouped(exact.len())
        );
        largest_error = cmp::max_by(largest_error, error, f64::total_cmp);
    }
    println!("  largest relative error: {largest_error:.1e} (the limit is {LIMIT:e})");
    Ok(largest_error)
}

/// Measures one batch, and prints how many times as long the gradient would take by central differences, which need
/// two values an entry.
fn print_speed(parameters: &mut Parameters<f64>, digits: &Digits) -> Result<(), ShapeError> {
    let (images, labels) = first(digits, BATCH);
    let value = seconds(|| parameters.loss(&images, labels))?;
    let backpropagation = seconds(|| parameters.gradient(&images, labels))?;
    let entries: usize = parameters.views().iter().map(ArrayViewMutD::len).sum();
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

impl Parameters<f64> {
    fn loss(&self, images: &Array2<f64>, labels: &[usize]) -> Result<f64, ShapeError> {
        network(images, &self.w1, &self.b1, &self.w2, &self.b2, labels)
    }

    fn gradient(&self, images: &Array2<f64>, labels: &[usize]) -> Result<Self, ShapeError> {
        let Self { w1, b1, w2, b2 } = self;
        let (_, gradient) = network::value_and_grad(images, w1, b1, w2, b2, labels)?;
        Ok(Self {
            w1: gradient.w1,
            b1: gradient.b1,
            w2: gradient.w2,
            b2: gradient.b2,
        })
    }

    /// The slope of the loss along one entry of the parameter with the number `which`.
    fn central_difference(
        &mut self,
        which: usize,
        entry: usize,
        images: &Array2<f64>,
        labels: &[usize],
    ) -> Result<f64, ShapeError> {
        let middle = *self.entry(which, entry);
        *self.entry(which, entry) = middle + STEP;
        let above = self.loss(images, labels)?;
        *self.entry(which, entry) = middle - STEP;
        let below = self.loss(images, labels)?;
        *self.entry(which, entry) = middle;
        Ok((above - below) / (2.0 * STEP))
    }

    fn entry(&mut self, which: usize, entry: usize) -> &mut f64 {
        let mut entries = self.views().into_iter().nth(which).into_iter().flatten();
        entries
            .nth(entry)
            .expect("entries are picked from those there are")
    }

    /// All four parameters, in the order of the graph.
    fn views(&mut self) -> [ArrayViewMutD<'_, f64>; 4] {
        [
            self.w1.view_mut().into_dyn(),
            self.b1.view_mut().into_dyn(),
            self.w2.view_mut().into_dyn(),
            self.b2.view_mut().into_dyn(),
        ]
    }
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
