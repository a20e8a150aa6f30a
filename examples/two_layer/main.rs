//! Trains a small network to read handwritten digits, with gradients from one `graph!`.
//!
//! The mathematics and the training loop are in this file; `check` compares the gradient with central differences,
//! `data` reads the digits, `arguments`, `progress` and `curve` are the command line, the progress bar and the picture.
//!
//! ```text
//! cargo run --release --example two_layer
//! cargo run --release --example two_layer -- --save digits.safetensors
//! cargo run --release --example two_layer -- --load digits.safetensors --learning-rate 0.2
//! cargo run --release --example two_layer -- --help
//! ```

mod arguments;
mod check;
mod curve;
mod data;
mod progress;

use std::{error::Error, process::ExitCode, time::Instant};

use clap::Parser;
use graph_runtime::{graph, optim::Sgd, safetensors};
use ndarray::Array2;
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use arguments::Arguments;
use curve::Epoch;
use data::Digits;
use progress::Progress;

graph! {
    /// A layer: `x @ w + b`.
    struct Layer[inputs, outputs] { w: [inputs, outputs], b: [outputs] }

    /// What the network learns.
    pub(crate) struct Network { hidden: Layer[784, 50], output: Layer[50, 10] }

    /// A 784-50-10 network: sigmoid hidden layer, softmax cross-entropy averaged over the batch.
    fn loss(net: Network, const x: [n, 784], const labels: index[n]) -> loss {
        hidden = sigmoid(affine(x, net.hidden.w, net.hidden.b));
        logits = affine(hidden, net.output.w, net.output.b);
        loss = softmax_cross_entropy(logits, labels);
    }
}

/// How many images one step of gradient descent looks at.
const BATCH: usize = 100;

/// The start: biases zero, weights random, so small that no sigmoid is saturated.
fn random_network(rng: &mut impl Rng) -> Network<f32> {
    let mut net = Network::zeros();
    net.hidden.w = random_weights(784, 50, rng);
    net.output.w = random_weights(50, 10, rng);
    net
}

/// Weights drawn evenly from ±√(6 / (inputs + outputs)), which keeps the size of signals and of gradients alike from
/// layer to layer (Glorot and Bengio, 2010).
fn random_weights(inputs: usize, outputs: usize, rng: &mut impl Rng) -> Array2<f32> {
    let limit = (6.0 / (inputs + outputs) as f32).sqrt();
    Array2::from_shape_simple_fn((inputs, outputs), || rng.random_range(-limit..limit))
}

/// Goes through the training images `epochs` times, in a new random order each time.
fn train(
    net: &mut Network<f32>,
    training: &Digits,
    test: &Digits,
    arguments: &Arguments,
    rng: &mut impl Rng,
) -> Result<Vec<Epoch>, Box<dyn Error>> {
    let sgd = Sgd::new(arguments.learning_rate);
    let mut order: Vec<usize> = (0..training.len()).collect();
    let progress = Progress::new(arguments.epochs, training.len().div_ceil(BATCH));
    let mut history = Vec::new();
    for number in 1..=arguments.epochs {
        order.shuffle(rng);
        let mut training_loss = 0.0;
        for indices in order.chunks(BATCH) {
            let Digits { images, labels } = training.select(indices);
            let (loss, gradient) = loss::value_and_grad(&*net, &images, &labels)?;
            sgd.step(&mut *net, &gradient.net);
            training_loss += f64::from(loss) * indices.len() as f64 / training.len() as f64;
            progress.batch();
        }
        let (test_loss, accuracy) = evaluate(net, test)?;
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
fn evaluate(net: &Network<f32>, digits: &Digits) -> Result<(f64, f64), Box<dyn Error>> {
    let pass = loss::forward(net, &digits.images, &digits.labels)?;
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
    let mut net = random_network(&mut rng);
    if let Some(path) = &arguments.load {
        safetensors::load(&mut net, path)?;
        let (_, accuracy) = evaluate(&net, &test)?;
        let accuracy = 100.0 * accuracy;
        println!(
            "Test accuracy {accuracy:.2} % as {} has it.",
            path.display()
        );
    }
    check::run(&net, &training, arguments.seed)?;

    let start = Instant::now();
    let history = train(&mut net, &training, &test, arguments, &mut rng)?;
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
    if let Some(path) = &arguments.save {
        safetensors::save(&net, path)?;
        println!("Network: {}", path.display());
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
