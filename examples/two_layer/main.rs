//! Trains a small network to read handwritten digits, with gradients from one `graph!`.
//!
//! The mathematics and the training loop are in this file; `check` compares the gradient with central differences,
//! `data` reads the digits, `arguments`, `progress` and `curve` are the command line, the progress bar and the picture.
//!
//! ```text
//! cargo run --release --example two_layer
//! cargo run --release --example two_layer -- --help
//! ```

mod arguments;
mod check;
mod curve;
mod data;
mod progress;

use std::{error::Error, process::ExitCode, time::Instant};

use clap::Parser;
use graph_runtime::{graph, optim::Sgd};
use ndarray::{Array1, Array2};
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use arguments::Arguments;
use curve::Epoch;
use data::Digits;
use progress::Progress;

graph! {
    /// A 784-50-10 network: sigmoid hidden layer, softmax cross-entropy averaged over the batch.
    fn network(const x: [n, 784], w1: [784, 50], b1: [50], w2: [50, 10], b2: [10], const labels: index[n]) -> loss {
        hidden = sigmoid(affine(x, w1, b1));
        logits = affine(hidden, w2, b2);
        loss = softmax_cross_entropy(logits, labels);
    }
}

/// How many images one step of gradient descent looks at.
const BATCH: usize = 100;

/// What the network learns.
struct Parameters<T> {
    w1: Array2<T>,
    b1: Array1<T>,
    w2: Array2<T>,
    b2: Array1<T>,
}

impl Parameters<f32> {
    /// The start: biases zero, weights random, so small that no sigmoid is saturated.
    fn random(rng: &mut impl Rng) -> Self {
        Self {
            w1: random_weights(784, 50, rng),
            b1: Array1::zeros(50),
            w2: random_weights(50, 10, rng),
            b2: Array1::zeros(10),
        }
    }

    /// One step of gradient descent: every parameter moves against its own gradient.
    fn descend(&mut self, rate: f32, gradient: &network::Grad<f32>) {
        let sgd = Sgd { rate };
        sgd.step(&mut self.w1, &gradient.w1);
        sgd.step(&mut self.b1, &gradient.b1);
        sgd.step(&mut self.w2, &gradient.w2);
        sgd.step(&mut self.b2, &gradient.b2);
    }
}

/// Weights drawn evenly from ±√(6 / (inputs + outputs)), which keeps the size of signals and of gradients alike from
/// layer to layer (Glorot and Bengio, 2010).
fn random_weights(inputs: usize, outputs: usize, rng: &mut impl Rng) -> Array2<f32> {
    let limit = (6.0 / (inputs + outputs) as f32).sqrt();
    Array2::from_shape_simple_fn((inputs, outputs), || rng.random_range(-limit..limit))
}

/// Goes through the training images `epochs` times, in a new random order each time.
fn train(
    parameters: &mut Parameters<f32>,
    training: &Digits,
    test: &Digits,
    arguments: &Arguments,
    rng: &mut impl Rng,
) -> Result<Vec<Epoch>, Box<dyn Error>> {
    let mut order: Vec<usize> = (0..training.len()).collect();
    let progress = Progress::new(arguments.epochs, training.len().div_ceil(BATCH));
    let mut history = Vec::new();
    for number in 1..=arguments.epochs {
        order.shuffle(rng);
        let mut training_loss = 0.0;
        for indices in order.chunks(BATCH) {
            let Digits { images, labels } = training.select(indices);
            let Parameters { w1, b1, w2, b2 } = &*parameters;
            let (loss, gradient) = network::value_and_grad(&images, w1, b1, w2, b2, &labels)?;
            parameters.descend(arguments.learning_rate, &gradient);
            training_loss += f64::from(loss) * indices.len() as f64 / training.len() as f64;
            progress.batch();
        }
        let (test_loss, accuracy) = evaluate(parameters, test)?;
        if !(training_loss.is_finite() && test_loss.is_finite()) {
            return Err(format!(
                "training diverged in epoch {number} (the loss is not finite any more): try a smaller --learning-rate"
            )
            .into());
        }
        history.push(Epoch {
            number,
            training_loss,
            test_loss,
            accuracy,
        });
        progress.epoch(&history[history.len() - 1]);
    }
    Ok(history)
}

/// The mean loss over some digits, and the share of them that the network reads correctly.
fn evaluate(parameters: &Parameters<f32>, digits: &Digits) -> Result<(f64, f64), Box<dyn Error>> {
    let Parameters { w1, b1, w2, b2 } = parameters;
    let pass = network::forward(&digits.images, w1, b1, w2, b2, &digits.labels)?;
    // The most probable class is the one with the largest logit.
    let answers = pass
        .logits
        .outer_iter()
        .map(|row| (0..10).max_by(|&a, &b| row[a].total_cmp(&row[b])));
    let correct = answers
        .zip(&digits.labels)
        .filter(|&(answer, &label)| answer == Some(label))
        .count();
    Ok((f64::from(pass.loss), correct as f64 / digits.len() as f64))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let (training, test) = data::read(&arguments.data)?;
    println!(
        "Digits: {} to train with, {} to test with.",
        training.len(),
        test.len()
    );

    let mut rng = ChaCha8Rng::seed_from_u64(arguments.seed);
    let mut parameters = Parameters::random(&mut rng);
    check::run(&parameters, &training, arguments.seed)?;

    let start = Instant::now();
    let history = train(&mut parameters, &training, &test, arguments, &mut rng)?;
    let seconds = start.elapsed().as_secs_f64();
    if let Some(last) = history.last() {
        println!(
            "Test accuracy {:.2} % after epoch {}, reached in {seconds:.1} s.",
            100.0 * last.accuracy,
            last.number
        );
    }
    let picture = curve::write(&history, arguments)?;
    println!("Learning curve: {}", picture.display());
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
